/**
 * JSON-RPC to the kit's own bitcoind. Written for speed (one connection pool, no parsing but JSON's own):
 * the kit may spend 5 ms of CPU on a check, and a check often makes several calls. The reference goes
 * through the package `bitcoin-core`; the kit shares no code with what it judges.
 */
import { NodeConnections, type NodeAnswer } from './node-connections.ts';

export interface RpcAccess {
  /** `http://host:port`, without a path. */
  url: string;
  user: string;
  password: string;
}

/** The node said no, or gave no usable answer. Neither the message nor anything else in it holds credentials. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  /** bitcoind's own code (negative), the HTTP status where it gave none (401, 403, 503), or 0: no answer. */
  readonly code: number;
  readonly method: string;

  constructor(code: number, method: string, message: string, cause?: unknown) {
    super(`${method}: ${message}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.method = method;
  }
}

export interface BatchCall {
  method: string;
  params?: unknown[];
}

interface Answer {
  id?: number;
  result?: unknown;
  error?: { code: number; message: string } | null;
}

/** Fewer than bitcoind has RPC threads, so that ours never fill its queue. */
const MOST_CONNECTIONS = 8;
/** The largest answer the kit asks for is a full block with decoded transactions. */
const MAX_ANSWER = 128 * 1024 * 1024;

export class RpcClient {
  readonly access: RpcAccess;
  readonly #connections: NodeConnections;
  readonly #path: string;
  readonly #timeoutMs: number;
  readonly #authorization: string;

  constructor(access: RpcAccess, options: { path?: string; connections?: NodeConnections; timeoutMs?: number } = {}) {
    this.access = access;
    this.#path = options.path ?? '/';
    this.#connections = options.connections ?? new NodeConnections(access.url, MOST_CONNECTIONS);
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#authorization = `Basic ${Buffer.from(`${access.user}:${access.password}`).toString('base64')}`;
  }

  /** Calls `method` with positional parameters. Errors: `RpcError`. */
  async call<T>(method: string, params: unknown[] = []): Promise<T> {
    const body = await this.#exchange(method, JSON.stringify({ jsonrpc: '1.0', id: 0, method, params }));
    return resultOf<T>(body as Answer, method);
  }

  /** Makes many calls in one request. Each result is in its call's place: a value, or the `RpcError` of that call. */
  async batch(calls: BatchCall[]): Promise<unknown[]> {
    if (calls.length === 0) return [];
    const asked = calls.map(({ method, params }, id) => ({ jsonrpc: '1.0', id, method, params: params ?? [] }));
    const answers = await this.#exchange('batch', JSON.stringify(asked));
    if (!Array.isArray(answers)) throw new RpcError(0, 'batch', 'the answer is not a list');
    const byId = new Map((answers as Answer[]).map((answer) => [answer.id, answer]));
    return calls.map(({ method }, id) => {
      try {
        return resultOf(byId.get(id) ?? {}, method);
      } catch (error) {
        return error;
      }
    });
  }

  /** The same node, calls going to the wallet `name`. */
  wallet(name: string): RpcClient {
    return new RpcClient(this.access, {
      path: `/wallet/${encodeURIComponent(name)}`,
      connections: this.#connections,
      timeoutMs: this.#timeoutMs,
    });
  }

  /** Closes all connections. */
  close(): void {
    this.#connections.close();
  }

  async #exchange(method: string, body: string): Promise<unknown> {
    const { status, body: octets } = await this.#answer(method, Buffer.from(body));
    const value = parse(octets.toString('utf8'));
    if (value === undefined)
      throw new RpcError(status === 200 ? 0 : status, method, `HTTP status ${String(status)} without JSON`);
    return value;
  }

  async #answer(method: string, body: Buffer): Promise<NodeAnswer> {
    const request = {
      ...{ method: 'POST', path: this.#path, authorization: this.#authorization },
      ...{ body, maxAnswer: MAX_ANSWER, timeoutMs: this.#timeoutMs },
    };
    try {
      return await this.#connections.exchange(request);
    } catch (error) {
      throw new RpcError(0, method, error instanceof Error ? error.message : String(error), error);
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function resultOf<T>(answer: Answer, method: string): T {
  if (answer.error) throw new RpcError(answer.error.code, method, answer.error.message);
  if (!('result' in answer)) throw new RpcError(0, method, 'the answer has neither result nor error');
  return answer.result as T;
}
