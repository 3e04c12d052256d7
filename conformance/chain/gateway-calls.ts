/** What a target asked of its chain, as evidence: methods, parameters cut short, outcome, time. Never credentials. */

export interface GatewayCall {
  method: string;
  /** JSON of the parameters, cut after 2,000 characters. */
  params: string;
  /** `/` or `/wallet/<name>`. */
  path: string;
  /** HTTP status of the answer that held the call's. */
  status: number;
  /** JSON-RPC error code, where the call failed. */
  error?: number;
  /** Octets of the whole answer. */
  octets: number;
  /** `performance.now()` when it came. */
  at: number;
  ms: number;
}

/** An HTTP answer on its way to the target. */
export interface Reply {
  status: number;
  type: string;
  body: Buffer;
}

/** One call of a request. */
export interface RpcEntry {
  method: string;
  params: unknown;
  id: unknown;
  version2: boolean;
  inBatch: boolean;
}

const MAX_CALLS = 20_000;
const MAX_PARAMS = 2_000;
/** Answers larger than this are not searched for error codes: errors are short. */
const MAX_ERROR_ANSWER = 64 * 1024;

export class CallLog {
  readonly calls: GatewayCall[] = [];
  count = 0;
  unauthorized = 0;

  add(entries: RpcEntry[] | undefined, path: string, reply: Reply, at: number): void {
    const errors = errorsById(reply.body);
    const ms = performance.now() - at;
    for (const entry of entries ?? [
      { method: '(not JSON-RPC)', params: [], id: null, version2: false, inBatch: false },
    ]) {
      this.count++;
      if (this.calls.length >= MAX_CALLS) continue;
      const error = errors.get(JSON.stringify(entry.id ?? null));
      const params = JSON.stringify(entry.params ?? []).slice(0, MAX_PARAMS);
      const { status, body } = reply;
      this.calls.push({
        method: entry.method,
        params,
        path: path.slice(0, 200),
        status,
        ...(error !== undefined && { error }),
        octets: body.length,
        at,
        ms,
      });
    }
  }
}

/** The calls of a request body: one, or a batch; `undefined` where it is neither. */
export function entriesOf(body: Buffer): RpcEntry[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const inBatch = Array.isArray(value);
  const calls = (inBatch ? (value as unknown[]) : [value]).filter(isCall);
  if (calls.length === 0) return undefined;
  return calls.map((call) => ({
    method: typeof call['method'] === 'string' ? call['method'].slice(0, 100) : '(no method)',
    params: call['params'],
    id: call['id'],
    version2: call['jsonrpc'] === '2.0',
    inBatch,
  }));
}

export function isCall(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function errorsById(body: Buffer): Map<string, number> {
  const found = new Map<string, number>();
  // Cheap test first: nearly every answer is a success, and some are megabytes.
  if (body.length > MAX_ERROR_ANSWER || !body.includes('"code"')) return found;
  try {
    const value = JSON.parse(body.toString('utf8')) as unknown;
    for (const answer of Array.isArray(value) ? value : [value]) {
      const code = isCall(answer) && isCall(answer['error']) ? answer['error']['code'] : undefined;
      if (typeof code === 'number' && isCall(answer)) found.set(JSON.stringify(answer['id'] ?? null), code);
    }
  } catch {
    // not JSON: nothing to note
  }
  return found;
}
