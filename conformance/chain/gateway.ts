/**
 * The way from one target to the chain under test: an RPC proxy with credentials of its own, on loopback or where
 * containers reach it. It records
 * what the target asks, and can be cut, delayed, made to refuse or to lie, so that an outage for one target never
 * touches the node that all share.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeConnections } from './node-connections.ts';
import type { RpcAccess } from './rpc-client.ts';
import { CallLog, entriesOf, isCall, type GatewayCall, type Reply, type RpcEntry } from './gateway-calls.ts';
import { errorAnswer, statusOf, type Refusal } from './gateway-answers.ts';
import { examined, walletRefusal } from './gateway-wallets.ts';

export type { GatewayCall } from './gateway-calls.ts';

export type Rewrite = (params: unknown, result: unknown) => unknown;

/** bitcoind's own cap on a request. */
const MAX_REQUEST = 32 * 1024 * 1024;
const MOST_CONNECTIONS = 8;
const MAX_ANSWER = 64 * 1024 * 1024;

export class ChainGateway {
  /** What the target is given. */
  readonly rpc: RpcAccess;
  readonly #server: Server;
  readonly #node: NodeConnections;
  readonly #authorization: string;
  readonly #sockets = new Set<Socket>();
  readonly #expected: Buffer;
  readonly #log = new CallLog();
  readonly #refusals = new Map<string, Refusal>();
  readonly #rewrites = new Map<string, Rewrite>();
  #cut = false;
  #delayMs = 0;

  private constructor(server: Server, upstream: RpcAccess, rpc: RpcAccess) {
    this.#server = server;
    this.#node = new NodeConnections(upstream.url, MOST_CONNECTIONS);
    this.#authorization = authorization(upstream);
    this.rpc = rpc;
    this.#expected = Buffer.from(authorization(rpc));
    server.on('connection', (socket) => this.#onConnection(socket));
    server.on('request', (asked, answer) => void this.#onRequest(asked, answer));
  }

  /** Listens at `address`, which is one of this machine's. */
  static async start(upstream: RpcAccess, address = '127.0.0.1'): Promise<ChainGateway> {
    const server = createServer({ keepAliveTimeout: 120_000 });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve));
    const { port } = server.address() as AddressInfo;
    const password = randomBytes(24).toString('base64url');
    return new ChainGateway(server, upstream, { url: `http://${address}:${String(port)}`, user: 'target', password });
  }

  /** Every call so far, oldest first; of a flood the first 20,000. */
  get calls(): readonly GatewayCall[] {
    return this.#log.calls;
  }

  /** Calls in all, those beyond the cap counted too. */
  get count(): number {
    return this.#log.count;
  }

  /** Requests with wrong credentials. */
  get unauthorized(): number {
    return this.#log.unauthorized;
  }

  /**
   * Ends all connections, and every new one as soon as it is made. The port stays ours meanwhile: were it closed, as a
   * stopped bitcoind's is, anything on the machine could take it before `restore`.
   */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#cut = false;
  }

  /** Every answer from now on comes this much later. 0 ends it. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Answers `method` with an error in the node's place, until `allow`. */
  refuse(method: string, refusal: Refusal): void {
    this.#refusals.set(method, refusal);
  }

  /** Undoes `refuse` and `rewrite` of a method. */
  allow(method: string): void {
    this.#refusals.delete(method);
    this.#rewrites.delete(method);
  }

  /** Changes what the node answers to `method`: `change` is given the call's parameters and the true result. Errors pass as they are. */
  rewrite(method: string, change: Rewrite): void {
    this.#rewrites.set(method, change);
  }

  async stop(): Promise<void> {
    this.cut();
    this.#node.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #onConnection(socket: Socket): void {
    if (this.#cut) return void socket.destroy();
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined); // the target went away, or we cut it off
  }

  async #onRequest(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const at = performance.now();
    if (!this.#isAuthorized(asked)) {
      this.#log.unauthorized++;
      answer.writeHead(401, { 'WWW-Authenticate': 'Basic realm="jsonrpc"', Connection: 'close' }).end();
      return;
    }
    const body = await bounded(asked, MAX_REQUEST);
    if (body === undefined) return void answer.writeHead(413, { Connection: 'close' }).end();
    const entries = entriesOf(body);
    const reply = this.#refused(entries) ?? (await this.#forward(asked, examined(body)));
    const changed = this.#rewritten(entries, reply);
    if (this.#delayMs > 0) await sleep(this.#delayMs, undefined, { ref: false });
    this.#log.add(entries, asked.url ?? '/', changed, at);
    if (answer.destroyed) return;
    answer
      .writeHead(changed.status, { 'Content-Type': changed.type, 'Content-Length': changed.body.length })
      .end(changed.body);
  }

  #isAuthorized(asked: IncomingMessage): boolean {
    const given = Buffer.from(asked.headers.authorization ?? '');
    return given.length === this.#expected.length && timingSafeEqual(given, this.#expected);
  }

  /** The answer where a call of the request is to be refused; the whole of a batch is then refused. */
  #refused(entries: RpcEntry[] | undefined): Reply | undefined {
    const refusal = entries
      ?.map((entry) => this.#refusals.get(entry.method) ?? walletRefusal(entry))
      .find((found) => found !== undefined);
    if (entries === undefined || refusal === undefined) return undefined;
    const answers = entries.map((entry) => errorAnswer(entry, refusal));
    const isBatch = entries[0]?.inBatch ?? false;
    const status = isBatch ? 200 : statusOf(entries[0], refusal);
    return { status, type: 'application/json', body: Buffer.from(JSON.stringify(isBatch ? answers : answers[0])) };
  }

  #rewritten(entries: RpcEntry[] | undefined, reply: Reply): Reply {
    if (this.#rewrites.size === 0 || !entries?.some(({ method }) => this.#rewrites.has(method))) return reply;
    const answers: unknown = parse(reply.body);
    const byId = new Map(entries.map((entry) => [JSON.stringify(entry.id), entry]));
    for (const answer of Array.isArray(answers) ? answers : [answers]) {
      if (!isCall(answer)) continue;
      const entry = byId.get(JSON.stringify(answer['id'])) ?? entries[0];
      const change = entry && this.#rewrites.get(entry.method);
      if (change && (answer['error'] === null || answer['error'] === undefined))
        answer['result'] = change(entry.params, answer['result']);
    }
    return { ...reply, body: Buffer.from(JSON.stringify(answers)) };
  }

  /** Passes the request on with the node's own credentials and gives back what the node says, octet for octet. */
  async #forward(asked: IncomingMessage, body: Buffer | undefined): Promise<Reply> {
    if (body === undefined) return UNREADABLE;
    const { method = 'POST', url: path = '/' } = asked;
    try {
      const request = { method, path, authorization: this.#authorization, body, maxAnswer: MAX_ANSWER };
      const { status, type, body: octets } = await this.#node.exchange(request);
      return { status, type: type || 'application/json', body: octets };
    } catch {
      return UNREACHABLE;
    }
  }
}

/** RPC_PARSE_ERROR, as the node says it. */
const UNREADABLE: Reply = {
  status: 500,
  type: 'application/json',
  body: Buffer.from('{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}'),
};
const UNREACHABLE: Reply = { status: 502, type: 'text/plain', body: Buffer.from('the node under test gave no answer') };

function authorization({ user, password }: RpcAccess): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** The whole body, or `undefined` where it is larger than `cap` or breaks off. By events: an async iterator costs twice the time. */
function bounded(stream: IncomingMessage, cap: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    stream.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= cap) parts.push(part);
      else resolve(undefined);
    });
    stream.on('end', () => resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
    stream.on('error', () => resolve(undefined));
    stream.on('close', () => resolve(undefined)); // after 'end' it changes nothing
  });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
