/** The mempool of SimulatedNode: what waits for a block, what it has to pay, and what a replacement has to (BIP-125). */
import { bytesToHex, parseHex, printHash } from '../core/hex.ts';
import { parseTransaction, transactionHash, type Transaction } from '../core/transaction.ts';
import type { FeeRates } from './chain-backend.ts';
import { RPC_VERIFY_REJECTED, RpcRefusal } from './rpc-refusal.ts';

export class SimulatedMempool {
  /** What `feeRates` answers, and the mempool keeps to. */
  rates: FeeRates = { minimum: 1, increment: 1, estimate: undefined };
  /** Miners take nothing that pays less, in satoshi per virtual byte. */
  minersMinimum = 0;
  #waiting: string[] = [];

  get transactions(): readonly string[] {
    return this.#waiting;
  }

  /** Puts transactions there unasked: a payment of somebody else, or what a reorganisation gave back. */
  put(...transactions: readonly string[]): void {
    this.#waiting.unshift(...transactions.filter((each) => !this.#waiting.some((other) => conflict(each, other))));
  }

  /** @param known every transaction there is, so that the values of inputs are known */
  add(transaction: string, known: readonly string[]): void {
    if (this.#waiting.includes(transaction)) return;
    const fee = feeOf(transaction, known);
    const size = read(transaction).virtualSize();
    if (fee < this.rates.minimum * size) refuse('mempool min fee not met');
    const replaced = this.#waiting.filter((other) => conflict(transaction, other));
    const before = replaced.reduce((sum, other) => sum + feeOf(other, known), 0);
    if (replaced.length > 0 && fee < before + this.rates.increment * size)
      refuse('insufficient fee, rejecting replacement');
    this.#waiting = [...this.#waiting.filter((other) => !replaced.includes(other)), transaction];
  }

  /** Takes what miners take into a block. */
  take(known: readonly string[]): string[] {
    const paying = (each: string): boolean => feeOf(each, known) >= this.minersMinimum * read(each).virtualSize();
    const taken = this.#waiting.filter(paying);
    this.#waiting = this.#waiting.filter((each) => !taken.includes(each));
    return taken;
  }

  /** Drops what a block has made invalid. */
  confirm(transactions: readonly string[]): void {
    this.#waiting = this.#waiting.filter(
      (each) => !transactions.some((other) => each === other || conflict(each, other)),
    );
  }

  forget(): void {
    this.#waiting = [];
  }
}

export function read(hex: string): Transaction {
  return parseTransaction(parseHex(hex, 'MDT_INTERNAL', ''), '');
}

export function txidOf(hex: string): string {
  return printHash(transactionHash(read(hex)));
}

/** Outpoints that a transaction spends, as text. */
export function spentBy(hex: string): string[] {
  return read(hex).ins.map(({ hash, index }) => `${bytesToHex(hash)}:${index}`);
}

/** Whether two different transactions spend the same outpoint. */
export function conflict(one: string, other: string): boolean {
  const spent = spentBy(other);
  return one !== other && spentBy(one).some((outpoint) => spent.includes(outpoint));
}

/** Fee in satoshi; infinite for payments made out of nothing by `SimulatedNode.pay`. */
function feeOf(hex: string, known: readonly string[]): number {
  const transaction = read(hex);
  const inputs = transaction.ins.map(({ hash, index }) => {
    const source = known.find((each) => txidOf(each) === printHash(hash));
    return source === undefined ? Infinity : Number(read(source).outs[index]?.value);
  });
  return (
    inputs.reduce((sum, value) => sum + value, 0) - transaction.outs.reduce((sum, { value }) => sum + Number(value), 0)
  );
}

function refuse(reason: string): never {
  throw new RpcRefusal(RPC_VERIFY_REJECTED, 'sendrawtransaction', reason);
}
