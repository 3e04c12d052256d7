/** What checks of chapter 11 hold a relay's answers against: the chain as the node itself tells it, read by the oracle. */
import type * as proto from '../../reference/gen/proto/milagro/trust/v1/identity.ts';
import type { Locator } from '../../reference/gen/schemas.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { anchorsIn, type ChainAnchor } from '../oracle/chain-anchors.ts';
import { displayed } from '../oracle/merkle.ts';
import { readAnchorProof, readOutputProof } from '../oracle/proof.ts';
import { Refusal } from '../oracle/refusal.ts';
import { readTransaction } from '../oracle/transaction.ts';
import { encodeTxref } from '../oracle/txref.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import type { ChainTruth } from '../world/relay/chain-truth.ts';
import { printedLocator, printedProof } from '../world/printed-proofs.ts';

const SAT = 100_000_000;
const TXREF_DEPTH = 6;
const MOST_FOLLOWING = 6;

/** Octets of a message as hexadecimal. */
export function text(octets: Uint8Array | undefined): string {
  return Buffer.from(octets ?? []).toString('hex');
}

export function reached<T>(value: T | undefined, what: string): T {
  if (value === undefined)
    throw new Untestable(`${what} was not reached: the relay was not born, or did not follow its chain`);
  return value;
}

/** The chain of a scene, and where things are in it. */
export class TrueChain {
  readonly truth: ChainTruth;
  readonly anchors: readonly ChainAnchor[];
  readonly #transactions: ReadonlyMap<string, ChainTransaction>;

  constructor(truth: ChainTruth) {
    this.truth = truth;
    this.anchors = anchorsIn(truth.blocks);
    this.#transactions = new Map(truth.blocks.flatMap(({ tx }) => tx.map((each) => [each.txid, each] as const)));
  }

  get height(): number {
    return this.truth.blocks.length - 1;
  }

  heightOf(hash: string): number | undefined {
    const height = this.truth.blocks.findIndex((block) => block.hash === hash);
    return height < 0 ? undefined : height;
  }

  transaction(txid: string): ChainTransaction | undefined {
    return this.#transactions.get(txid);
  }

  confirmations(txid: string): number {
    const height = this.transaction(txid)?.block?.height;
    return height === undefined ? 0 : this.height - height + 1;
  }

  /** As 5.1 has it. */
  locator(txid: string, vout: number): Locator {
    const { hash = '', height = -1, index = -1 } = this.transaction(txid)?.block ?? {};
    const isDeep = this.confirmations(txid) >= TXREF_DEPTH;
    return {
      ...{ txid, vout, block_hash: hash, height, tx_index: index },
      ...(isDeep && { txref: encodeTxref({ network: 'regtest', height, tx_index: index }) }),
    };
  }

  /** Value in satoshi of what input 0 of a transaction spends. */
  prevoutValue(txid: string): number {
    const [input] = this.transaction(txid)?.vin ?? [];
    const output = this.transaction(input?.txid ?? '')?.vout[input?.vout ?? 0];
    return Math.round((output?.value ?? 0) * SAT);
  }

  stripped(txid: string): string {
    return readTransaction(Buffer.from(this.transaction(txid)?.hex ?? '', 'hex'), '').stripped.toString('hex');
  }

  members(birth: string): ChainAnchor[] {
    return this.anchors.filter((anchor) => anchor.birth === birth);
  }
}

/** Where a transaction is, as a locator that came says it. A `txref` is allowed from 6 confirmations on and not asked for. */
export function isAt(got: proto.Locator | undefined, expected: Locator, what: string): void {
  const { txref, ...place } = printedLocator(got);
  const { txref: allowed, ...right } = expected;
  equal(place, right, `the locator of ${what}`, '/locator');
  holds(txref === undefined || txref === allowed, `the txref of ${what} names another place, or comes too early`, {
    expected: allowed ?? 'none',
    got: txref,
    field: '/locator/txref',
  });
}

export interface Proving {
  readonly txid: string;
  readonly vout: number;
  /** One more than the headers that follow; at most 7 show. */
  readonly confirmations: number;
  /** In satoshi; not looked at where it says nothing. */
  readonly prevoutValue?: number;
  /** Whether the output is an anchor, as all are but those of ListUnspent. */
  readonly isAnchor?: boolean;
}

/** The proof is of this transaction, in the chain as it is, by the oracle's reading of 5.3. */
export function proves(got: proto.AnchorProof | undefined, chain: TrueChain, proving: Proving, what: string): void {
  const { txid, vout, confirmations, prevoutValue, isAnchor = true } = proving;
  const proof = printedProof(got);
  const { height = -1, index } = chain.transaction(txid)?.block ?? {};
  try {
    const read = isAnchor ? readAnchorProof : readOutputProof;
    const proven = read(proof, confirmations, '/proof');
    equal(proven.txid, txid, `the transaction that is proven for ${what}`, '/proof/transaction');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    holds(false, `the proof of ${what} is refused by a reader`, {
      expected: `a proof of ${txid}`,
      got: `${error.code} ${error.message}`,
      field: error.field,
    });
  }
  const following = Math.min(MOST_FOLLOWING, confirmations - 1);
  equal(
    proof.transaction,
    chain.transaction(txid)?.hex,
    `the transaction of the proof of ${what}`,
    '/proof/transaction',
  );
  equal(
    [proof.header, ...proof.following_headers],
    chain.truth.headers.slice(height, height + 1 + following),
    `the headers of the proof of ${what}`,
    '/proof/header',
  );
  equal([proof.vout, proof.position], [vout, index], `vout and position of the proof of ${what}`, '/proof');
  if (prevoutValue !== undefined)
    equal(proof.prevout_value, prevoutValue, `the value that input 0 of ${what} spends`, '/proof/prevout_value');
}

/** Hash of a header as RPC prints it, and of the block before it. */
export function previousIn(header: Uint8Array): string {
  return displayed(Buffer.from(header).subarray(4, 36));
}
