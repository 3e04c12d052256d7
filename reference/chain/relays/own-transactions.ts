/**
 * What an entity signed itself and handed to relays, and where in the chain it is. Nothing of it is kept: the lineage is,
 * and its follower asks for each transaction of it by name, and hands over at every block what is not confirmed.
 */
import { parseHex, printHash } from '../../core/hex.ts';
import type { HeaderChain } from '../../core/header-chain.ts';
import { parseTransaction, transactionHash, type Transaction } from '../../core/transaction.ts';
import { isActive, type Proven } from './proven.ts';

interface OwnTransaction {
  readonly txid: string;
  readonly transaction: Transaction;
  /** What it spends, as `txid:vout`. */
  readonly spends: readonly string[];
  /** A relay took it. */
  taken: boolean;
  proven: Proven | undefined;
}

export class OwnTransactions {
  readonly #byId = new Map<string, OwnTransaction>();

  /** Notes a transaction before it is handed over. @throws MdtError MDT_MALFORMED_TX */
  offered(hex: string): string {
    const transaction = parseTransaction(parseHex(hex, 'MDT_MALFORMED_TX', 'transaction'), 'transaction');
    const txid = printHash(transactionHash(transaction));
    if (!this.#byId.has(txid)) this.#note(txid, transaction);
    return txid;
  }

  /** A relay took it: of those that spend the same, it is the one that waits. */
  taken(txid: string): void {
    const own = this.#byId.get(txid);
    if (!own) return;
    own.taken = true;
    this.#byId.delete(txid); // a Map keeps the order of setting
    this.#byId.set(txid, own);
  }

  proven(proven: Proven): void {
    const own = this.#byId.get(proven.txid) ?? this.#note(proven.txid, proven.transaction);
    own.proven = proven;
  }

  get(txid: string): Readonly<OwnTransaction> | undefined {
    return this.#byId.get(txid);
  }

  /** One that is in the active chain and spends an output, or something that a transaction spends. */
  spenderOf(outpoints: readonly string[], chain: HeaderChain): Proven | undefined {
    for (const { proven, spends } of this.#byId.values())
      if (proven && spends.some((each) => outpoints.includes(each)) && isActive(proven, chain)) return proven;
    return undefined;
  }

  /** Those that wait, the newest first, and of several that spend the same the newest only. */
  waiting(chain: HeaderChain): Readonly<OwnTransaction>[] {
    const spent = new Set<string>();
    return [...this.#byId.values()].reverse().filter(({ taken, proven, spends }) => {
      if (!taken || (proven && isActive(proven, chain)) || this.spenderOf(spends, chain)) return false;
      if (spends.some((each) => spent.has(each))) return false;
      for (const each of spends) spent.add(each);
      return true;
    });
  }

  #note(txid: string, transaction: Transaction): OwnTransaction {
    const spends = transaction.ins.map(({ hash, index }) => outpointName({ txid: printHash(hash), vout: index }));
    const own = { txid, transaction, spends, taken: false, proven: undefined };
    this.#byId.set(txid, own);
    return own;
  }
}

export function outpointName({ txid, vout }: { readonly txid: string; readonly vout: number }): string {
  return `${txid}:${vout}`;
}
