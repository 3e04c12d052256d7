/**
 * HTTP/1.1 to a bitcoind, as much of it as bitcoind speaks: kept connections, answers with a length or up to the end of the
 * connection. Node's own client takes 190 µs of CPU a call, this takes 65, and a run makes some 2,000: the kit may spend
 * 5 ms on a check. What a target sends is read by Node's server; only what the kit's own node says is read here.
 */
import { connect, type Socket } from 'node:net';

export interface NodeAnswer {
  readonly status: number;
  /** Its `Content-Type`, empty where it has none. */
  readonly type: string;
  readonly body: Buffer;
}

export interface NodeRequest {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly path: string;
  /** Value of the field `Authorization`. */
  readonly authorization: string;
  readonly body: Buffer;
  /** Octets of the largest body that is taken. */
  readonly maxAnswer: number;
  /** Milliseconds until the whole answer is there; no limit where it is left out. */
  readonly timeoutMs?: number;
}

/** No whole answer came. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** The connection was kept from an earlier call and ended before anything came on it: bitcoind had closed it, and read nothing. Such a request is made again. */
  readonly stale: boolean;

  constructor(message: string, stale: boolean) {
    super(message);
    this.stale = stale;
  }
}

const END_OF_HEAD = '\r\n\r\n';
const MAX_HEAD = 64 * 1024;

/** Connections to one node, at most `most` at a time; who asks beyond that waits for a free one. */
export class NodeConnections {
  readonly #host: string;
  readonly #port: number;
  readonly #most: number;
  readonly #all = new Set<Connection>();
  /** The one that was used last is used first, so that the others are let go. */
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(url: string, most: number) {
    const { hostname, port } = new URL(url);
    this.#host = hostname.replace(/^\[|\]$/g, '');
    this.#port = Number(port);
    this.#most = most;
  }

  /**
   * Asks on another connection where a kept one turns out to be closed: nothing was read, so nothing was done.
   * @throws NoAnswer
   */
  async exchange(request: NodeRequest): Promise<NodeAnswer> {
    for (;;) {
      const connection = await this.#take();
      try {
        return await connection.exchange(request);
      } catch (error) {
        if (!(error instanceof NoAnswer) || !error.stale) throw error;
      } finally {
        this.#give(connection);
      }
    }
  }

  /** Ends all connections; what is under way has no answer. */
  close(): void {
    for (const connection of this.#all) connection.end();
  }

  #take(): Connection | Promise<Connection> {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.isOpen) return idle;
    if (this.#all.size < this.#most) return this.#open();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #open(): Connection {
    const connection = new Connection(connect({ host: this.#host, port: this.#port, noDelay: true }), () =>
      this.#all.delete(connection),
    );
    this.#all.add(connection);
    return connection;
  }

  #give(connection: Connection): void {
    const next = this.#waiting.shift();
    if (!connection.isOpen) this.#all.delete(connection);
    if (next) next(connection.isOpen ? connection : this.#open());
    else if (connection.isOpen) this.#idle.push(connection);
  }
}

/** What is known of an answer from its head. */
interface Head {
  readonly status: number;
  readonly type: string;
  /** Octets of the body; `undefined` where it ends with the connection. */
  readonly length: number | undefined;
  readonly last: boolean;
}

interface Pending {
  readonly request: NodeRequest;
  readonly resolve: (answer: NodeAnswer) => void;
  readonly reject: (error: NoAnswer) => void;
  readonly timer: NodeJS.Timeout | undefined;
  head?: Head;
  parts: Buffer[];
  size: number;
}

class Connection {
  readonly #socket: Socket;
  #pending: Pending | undefined;
  #kept = false;
  #broken = false;
  /** Whether it was this side that ended it. */
  #left = false;
  #reason = 'the connection was closed before a whole answer';

  constructor(socket: Socket, onClose: () => void) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', (error) => {
      this.#reason = error.message;
      this.#broken = true;
    });
    socket.on('close', () => {
      onClose();
      this.#onClose();
    });
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable && this.#pending === undefined;
  }

  exchange(request: NodeRequest): Promise<NodeAnswer> {
    return new Promise((resolve, reject) => {
      const { timeoutMs } = request;
      const late = (): void => this.end(`no answer within ${String(timeoutMs)} ms`);
      const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
      this.#pending = { request, resolve, reject, timer, parts: [], size: 0 };
      this.#socket.ref();
      this.#socket.write(octetsOf(request));
    });
  }

  end(reason: string = this.#reason): void {
    this.#reason = reason;
    this.#broken = true;
    this.#left = true;
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    const pending = this.#pending;
    if (!pending) return this.end(); // nobody asked
    pending.parts.push(chunk);
    pending.size += chunk.length;
    if (!pending.head && !this.#readHead(pending)) return;
    const { length } = pending.head ?? {};
    if (Math.max(pending.size, length ?? 0) > pending.request.maxAnswer) return this.end('the answer is too large');
    if (length !== undefined && pending.size >= length) this.#finish(pending);
  }

  /** Whether the head is there; what came after it is then all that is in `parts`. */
  #readHead(pending: Pending): boolean {
    const octets = pending.parts.length === 1 ? (pending.parts[0] as Buffer) : Buffer.concat(pending.parts);
    const end = octets.indexOf(END_OF_HEAD);
    if (end < 0) {
      if (octets.length > MAX_HEAD) this.end('the head of the answer is too large');
      return false;
    }
    const head = headOf(octets.toString('latin1', 0, end), pending.request.method);
    if (!head) {
      this.end('the answer is not one that bitcoind gives');
      return false;
    }
    const rest = octets.subarray(end + END_OF_HEAD.length);
    pending.head = head;
    pending.parts = [rest];
    pending.size = rest.length;
    return true;
  }

  #finish({ head, parts, size, resolve, timer }: Pending): void {
    const { status = 0, type = '', length = size, last = true } = head ?? {};
    clearTimeout(timer);
    this.#pending = undefined;
    this.#kept = true;
    this.#socket.unref();
    if (last || size > length) this.#socket.destroy();
    const body = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    resolve({ status, type, body: body.subarray(0, length) });
  }

  #onClose(): void {
    const pending = this.#pending;
    if (!pending) return;
    if (pending.head && pending.head.length === undefined && !this.#broken) return this.#finish(pending);
    clearTimeout(pending.timer);
    this.#pending = undefined;
    pending.reject(new NoAnswer(this.#reason, this.#kept && !this.#left && pending.size === 0 && !pending.head));
  }
}

function octetsOf({ method, path, authorization, body }: NodeRequest): Buffer {
  const fields = [
    `${method} ${path} HTTP/1.1`,
    'Host: node',
    `Authorization: ${authorization}`,
    'Content-Type: application/json',
    `Content-Length: ${String(body.length)}`,
  ];
  return Buffer.concat([Buffer.from(fields.join('\r\n') + END_OF_HEAD, 'latin1'), body]);
}

/** `undefined` for what is no HTTP/1.1, and for a body in chunks, which bitcoind sends none. */
function headOf(text: string, method: string): Head | undefined {
  const status = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r|$)/.exec(text)?.[1];
  if (status === undefined || /\r\ntransfer-encoding:/i.test(text)) return undefined;
  const length = /\r\ncontent-length:[ \t]*(\d+)[ \t]*(?:\r|$)/i.exec(text)?.[1];
  const isEmpty = method === 'HEAD' || status === '204' || status === '304';
  return {
    status: Number(status),
    type: /\r\ncontent-type:[ \t]*([^\r]*)/i.exec(text)?.[1]?.trim() ?? '',
    length: isEmpty ? 0 : length === undefined ? undefined : Number(length),
    last: text.startsWith('HTTP/1.0') || /\r\nconnection:[ \t]*close/i.test(text),
  };
}
