/** Answers that the gateway gives in the node's place, in the form bitcoind gives them. */
import type { RpcEntry } from './gateway-calls.ts';

export interface Refusal {
  /** bitcoind's error code, negative. */
  code: number;
  message: string;
}

const METHOD_NOT_FOUND = -32_601;
const INVALID_REQUEST = -32_600;

/** JSON-RPC 2.0 leaves out `result`; bitcoind's older form has it as null. */
export function errorAnswer(entry: RpcEntry, { code, message }: Refusal): Record<string, unknown> {
  const error = { code, message };
  return entry.version2 ? { jsonrpc: '2.0', error, id: entry.id } : { result: null, error, id: entry.id };
}

/** The HTTP status bitcoind gives with an error: 200 under JSON-RPC 2.0, else by the code. */
export function statusOf(entry: RpcEntry | undefined, { code }: Refusal): number {
  if (entry?.version2) return 200;
  if (code === METHOD_NOT_FOUND) return 404;
  return code === INVALID_REQUEST ? 400 : 500;
}
