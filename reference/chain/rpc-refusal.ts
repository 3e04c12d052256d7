/** An answer of bitcoind that says no. The codes are those of its `src/rpc/protocol.h`. */
export const RPC_WALLET_ERROR = -4;
export const RPC_INVALID_ADDRESS_OR_KEY = -5;
/** Among other things: a height that no block has. */
export const RPC_INVALID_PARAMETER = -8;
export const RPC_WALLET_NOT_FOUND = -18;
/** Among other things: an input is missing or spent. */
export const RPC_TRANSACTION_ERROR = -25;
/** Among other things: the mempool's rules refuse it. */
export const RPC_VERIFY_REJECTED = -26;
export const RPC_VERIFY_ALREADY_IN_UTXO_SET = -27;
export const RPC_IN_WARMUP = -28;
export const RPC_WALLET_ALREADY_LOADED = -35;
export const RPC_WALLET_ALREADY_EXISTS = -36;

export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  readonly code: number;
  readonly method: string;
  /** In the node's words. */
  readonly reason: string;

  constructor(code: number, method: string, reason: string) {
    super(`${method}: ${reason}`);
    this.code = code;
    this.method = method;
    this.reason = reason;
  }
}

/**
 * Whether the mempool refuses a transaction for its fee: less than it takes from anybody, or than a replacement
 * has to pay. One code stands for every rule of the mempool, so only the reason tells (bitcoind's validation.cpp).
 */
export function isFeeRefusal(error: unknown): boolean {
  return isRefusal(error, RPC_VERIFY_REJECTED) && /min(?: relay)? fee not met|insufficient fee/.test(error.message);
}

/** Whether `error` is a refusal with one of `codes`. */
export function isRefusal(error: unknown, ...codes: readonly number[]): error is RpcRefusal {
  return error instanceof RpcRefusal && codes.includes(error.code);
}
