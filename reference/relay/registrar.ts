/**
 * Hands registrations to the node: each DIRECT one at once, and all BATCHED ones together when a block has come. What is
 * signed is on disk before the network sees it, so that a crash neither loses nor doubles it.
 */
import type { SignedAnchor } from '../chain/anchor-builder.ts';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import { isRefusal, RPC_TRANSACTION_ERROR, RpcRefusal } from '../chain/rpc-refusal.ts';
import { printHash } from '../core/hex.ts';
import { opReturnIndex, parseOpReturnScript } from '../core/op-return.ts';
import { encodePayload } from '../core/payload.ts';
import { parseTransaction } from '../core/transaction.ts';
import type { Logger } from '../runtime/log.ts';
import type { AnchorIndex } from './anchor-index.ts';
import type { BatchTrees } from './batch-tree.ts';
import type { Purse } from './purse.ts';
import { BATCHED, DIRECT, type BatchTile, type Payment, type RegistrationStore } from './registration-store.ts';

export interface RegistrarParts {
  readonly store: RegistrationStore;
  readonly index: AnchorIndex;
  readonly trees: BatchTrees;
  readonly purse: Purse;
  readonly log: Logger;
  /** Whether the address of the purse may have been paid before this process was started. */
  readonly older: boolean;
}

/** From so many confirmations on a transaction is not looked for any more. */
const SETTLED_CONFIRMATIONS = 100;
/** DIRECT registrations that are signed before others get their turn. */
const DIRECT_AT_ONCE = 50;
/** An input that is missing at so many tips is not coming back: the payload is signed again with other coin. */
const TIPS_WITHOUT_INPUT = 2;
const SIGNATURE_AT = 65;

export class Registrar {
  readonly #parts: RegistrarParts;
  /** Those of which a block has to be feared that takes them out of the chain, or that are in none. */
  readonly #open = new Map<number, Payment>();
  /** Those of the same registrations, by range. */
  readonly #versions = new Map<string, readonly Payment[]>();
  /** Outpoints that those spend. */
  readonly #reserved = new Set<string>();
  /** What the node was handed under this tip, whether it took it or not. */
  readonly #handed = new Set<number>();
  /** At how many tips the inputs of one were missing. */
  readonly #missing = new Map<number, number>();
  /** The tip under which all this was. */
  #tip = '';

  constructor(parts: RegistrarParts) {
    this.#parts = parts;
    for (const payment of parts.store.openPayments()) this.#openUp(payment);
  }

  /**
   * Does what is due under the tip of the index.
   * @param blockCame whether blocks joined the chain since the last round
   */
  async round(node: BitcoinNode, blockCame: boolean): Promise<void> {
    const tip = this.#parts.index.tip.hash.toString('hex');
    this.#see(tip, blockCame);
    const isNew = tip !== this.#tip;
    if (isNew) {
      this.#handed.clear();
      this.#settle();
      this.#tip = tip;
    }
    await this.#handOver(node);
    if (!this.#waits && !isNew && !this.#parts.purse.lack) return;
    await this.#parts.purse.look(node, this.#parts.older, this.#reserved);
    this.#replaceLost();
    await this.#sealBatch();
    await this.#handOver(node);
    while (this.#signDirect()) await this.#handOver(node);
  }

  /** A block closes a batch: those that came before are due, and whoever comes now waits for the next (MDT-RLY-025). */
  #see(hash: string, blockCame: boolean): void {
    const { store } = this.#parts;
    const { seen } = store;
    if (seen?.hash === hash) return;
    // A chain that only became shorter is not a block that comes (MDT-RLY-026).
    const due = seen === undefined || !(blockCame || this.#tip === '') ? (seen?.due ?? 0) : store.lastOf(BATCHED);
    store.atOnce(() => store.see({ hash, due }));
  }

  get #waits(): boolean {
    const { store } = this.#parts;
    return this.#batchIsDue || store.lastPaid(DIRECT) < store.lastOf(DIRECT) || this.#lost.length > 0;
  }

  get #batchIsDue(): boolean {
    const { store } = this.#parts;
    return store.lastPaid(BATCHED) < (store.seen?.due ?? 0);
  }

  get #lost(): Payment[] {
    const lost = [...this.#missing].filter(([, tips]) => tips >= TIPS_WITHOUT_INPUT);
    return lost.flatMap(([number]) => this.#open.get(number) ?? []);
  }

  async #sealBatch(): Promise<void> {
    if (!this.#batchIsDue) return;
    const { store, trees, purse } = this.#parts;
    const [first, last] = [store.lastPaid(BATCHED) + 1, store.seen?.due ?? 0];
    const size = last - first + 1;
    const { root, tiles } = await trees.build(first, size);
    const signed = purse.pay(encodePayload({ kind: 'PAT_BATCH', root, leafCount: size }));
    if (signed) this.#keep({ mode: BATCHED, first, last }, signed, tiles);
  }

  /** Signs for some DIRECT registrations. @returns whether it did */
  #signDirect(): boolean {
    const { store, purse } = this.#parts;
    const [paid, last] = [store.lastPaid(DIRECT), store.lastOf(DIRECT)];
    const until = Math.min(last, paid + DIRECT_AT_ONCE);
    const signed = store.atOnce(() => {
      const payments: Payment[] = [];
      for (let seq = paid + 1; seq <= until; seq += 1) {
        const signature = store.leaf(DIRECT, seq).subarray(SIGNATURE_AT);
        const anchor = purse.pay(encodePayload({ kind: 'PAT_SIGNATURE', signature }));
        if (!anchor) break;
        payments.push(store.addPayment({ mode: DIRECT, first: seq, last: seq, ...signedPayment(anchor) }));
      }
      return payments;
    });
    for (const payment of signed) this.#openUp(payment);
    return signed.length > 0;
  }

  /** Signs the same payload again where what was to pay for it is gone (MDT-RLY-031). */
  #replaceLost(): void {
    const { purse } = this.#parts;
    for (const payment of this.#lost) {
      const signed = purse.pay(payloadIn(payment));
      if (!signed) return;
      this.#missing.delete(payment.number);
      const { mode, first, last } = payment;
      this.#keep({ mode, first, last }, signed);
    }
  }

  #keep(range: Pick<Payment, 'mode' | 'first' | 'last'>, signed: SignedAnchor, tiles: readonly BatchTile[] = []): void {
    const { store } = this.#parts;
    const payment = store.atOnce(() => {
      for (const tile of tiles) store.addTile(range.first, tile);
      return store.addPayment({ ...range, ...signedPayment(signed) });
    });
    this.#openUp(payment);
  }

  /** Hands over what is in no block, once under each tip: a mempool may forget. Parents come before what spends them. */
  async #handOver(node: BitcoinNode): Promise<void> {
    for (const payment of this.#open.values()) {
      if (this.#handed.has(payment.number)) continue;
      if (this.#isWaiting(payment)) await this.#broadcast(node, payment);
      this.#handed.add(payment.number);
    }
  }

  async #broadcast(node: BitcoinNode, { number, octets, txid, mode }: Payment): Promise<void> {
    const { log } = this.#parts;
    const named = { txid: txid.toString('hex'), mode: mode === DIRECT ? 'DIRECT' : 'BATCHED' };
    try {
      await node.broadcast(octets.toString('hex'));
      this.#missing.delete(number);
      log.info(named, 'registration broadcast');
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      log.warn({ ...named, code: error.code, reason: error.reason }, 'the node does not take the registration now');
      if (isRefusal(error, RPC_TRANSACTION_ERROR) && !this.#isUponOurs(octets))
        this.#missing.set(number, 1 + (this.#missing.get(number) ?? 0));
    }
  }

  /** Whether it spends what one of ours pays that waits, too: what is missing may come, and then there would be two. */
  #isUponOurs(octets: Buffer): boolean {
    const waiting = [...this.#open.values()].filter((payment) => this.#isWaiting(payment));
    const ours = new Set(waiting.map(({ txid }) => txid.toString('hex')));
    return parseTransaction(octets, 'transaction').ins.some(({ hash }) => ours.has(printHash(hash)));
  }

  /** Whether it is what its registrations wait for: neither it nor another for them is in a block, and none is newer. */
  #isWaiting(payment: Payment): boolean {
    const versions = this.#versionsOf(payment);
    const { store } = this.#parts.index;
    return versions.at(-1) === payment && !versions.some(({ txid }) => store.anchor(txid) !== undefined);
  }

  #versionsOf(payment: Payment): readonly Payment[] {
    return this.#versions.get(rangeOf(payment)) ?? [];
  }

  #settle(): void {
    const { index, store } = this.#parts;
    const settled = [...this.#open.values()].flatMap((payment) => {
      const anchor = index.store.anchor(payment.txid);
      const isDeep = anchor && index.confirmations(anchor.height) >= SETTLED_CONFIRMATIONS;
      return isDeep ? this.#versionsOf(payment) : [];
    });
    if (settled.length === 0) return;
    store.atOnce(() => {
      for (const { number } of settled) store.settle(number);
    });
    for (const payment of settled) {
      this.#open.delete(payment.number);
      this.#versions.delete(rangeOf(payment));
    }
  }

  #openUp(payment: Payment): void {
    this.#open.set(payment.number, payment);
    this.#versions.set(rangeOf(payment), [...this.#versionsOf(payment), payment]);
    for (const { hash, index } of parseTransaction(payment.octets, 'transaction').ins)
      this.#reserved.add(`${printHash(hash)}:${index}`);
  }
}

function rangeOf({ mode, first }: Payment): string {
  return `${mode}:${first}`;
}

function signedPayment({ txid, transaction }: SignedAnchor): Pick<Payment, 'txid' | 'octets'> {
  return { txid: Buffer.from(txid, 'hex'), octets: Buffer.from(transaction, 'hex') };
}

/** The octets of the payload that a transaction of ours carries. */
function payloadIn({ octets }: Payment): Uint8Array {
  const scripts = parseTransaction(octets, 'transaction').outs.map(({ script }) => script);
  return parseOpReturnScript(scripts[opReturnIndex(scripts)] ?? new Uint8Array());
}
