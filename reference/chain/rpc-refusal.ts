/** An answer of bitcoind that says no. The codes are those of its `src/rpc/protocol.h`. */
export const RPC_WALLET_ERROR = -4;
export const RPC_INVALID_ADDRESS_OR_KEY = -5;
export const RPC_WALLET_NOT_FOUND = -18;
/** Among other things: an input is missing or spent. */
export const RPC_TRANSACTION_ERROR = -25;
export const RPC_VERIFY_ALREADY_IN_UTXO_SET = -27;
export const RPC_IN_WARMUP = -28;
export const RPC_WALLET_ALREADY_LOADED = -35;
export const RPC_WALLET_ALREADY_EXISTS = -36;

export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  readonly code: number;
  readonly method: string;

  constructor(code: number, method: string, message: string) {
    super(`${method}: ${message}`);
    this.code = code;
    this.method = method;
  }
}

/** Whether `error` is a refusal with one of `codes`. */
export function isRefusal(error: unknown, ...codes: readonly number[]): error is RpcRefusal {
  return error instanceof RpcRefusal && codes.includes(error.code);
}
