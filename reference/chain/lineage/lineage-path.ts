/** Which anchors of a lineage are confirmed: the one way from the BIRTH upwards whose transactions are all in the active chain. */
import type { OutpointRef } from '../../core/anchor-transaction.ts';
import { MdtError } from '../../core/errors.ts';
import type { ChainBackend } from '../chain-backend.ts';
import type { GuardedTip } from '../chain-guard.ts';
import {
  continuationOf,
  versionsUpon,
  type LineageBook,
  type LineageKind,
  type SignedVersion,
} from './lineage-book.ts';
import type { LineageWallets } from './lineage-wallets.ts';

/** A confirmed anchor. */
export interface Link {
  readonly version: SignedVersion;
  readonly kind: LineageKind;
  /** Which key signed its input 0. */
  readonly generation: number;
  readonly blockHash: string;
  /** At least 1. */
  readonly confirmations: number;
}

export interface LineagePath {
  /** The BIRTH first; empty where that is not confirmed. */
  readonly links: readonly Link[];
  /** What the next anchor spends. */
  readonly end: OutpointRef;
  /** Which key signs the next anchor. */
  readonly generation: number;
  /** Signed for the next anchor and not lost to a conflict; the first is what the node is handed. */
  readonly candidates: readonly SignedVersion[];
  /** Something that is none of ours spent what the next anchor would spend: the key is in other hands. */
  readonly stolen: boolean;
}

/** Where the walk stands. */
interface Step {
  readonly end: OutpointRef;
  readonly generation: number;
}

type Found =
  | { readonly at: 'block'; readonly link: Link }
  | ({ readonly at: 'nowhere' } & Pick<LineagePath, 'candidates' | 'stolen'>);

export class PathFinder {
  readonly #node: ChainBackend;
  readonly #book: LineageBook;
  readonly #wallets: LineageWallets;
  /** What was confirmed under the last tip. */
  #known: { readonly links: readonly Link[]; readonly under: string } | undefined;
  /** Which versions were seen in a block, in this process. */
  readonly #mined = new Map<string, number>();

  constructor(node: ChainBackend, book: LineageBook, wallets: LineageWallets) {
    this.#node = node;
    this.#book = book;
    this.#wallets = wallets;
  }

  /**
   * The path under a tip. The book holds a BIRTH.
   * @throws MdtError MDT_LINEAGE_BROKEN where something else spent what the BIRTH spends; MDT_CONFIRMATIONS where the
   *   chain changed meanwhile
   */
  async find(tip: GuardedTip): Promise<LineagePath> {
    const known = this.#knownUnder(tip);
    const links = [...known];
    this.#known = undefined;
    for (;;) {
      const below = links.at(-1);
      const step = this.#stepAfter(below);
      const found = await this.#look(step, below, tip);
      if (found.at === 'block') {
        links.push(found.link);
        this.#mined.set(found.link.version.txid, this.#book.versions.length);
      } else {
        // Counted under a block that came meanwhile, confirmations are not those under this tip; those of before are.
        if (links.length === known.length || (await this.#isBest(tip))) this.#known = { links, under: tip.hash };
        return { links, ...step, candidates: found.candidates, stolen: found.stolen };
      }
    }
  }

  /** A block upon the last tip moves nothing that is below it: nobody has to be asked. */
  #knownUnder({ hash, previousHash }: GuardedTip): readonly Link[] {
    if (this.#known?.under === hash) return this.#known.links;
    if (this.#known?.under !== previousHash) return [];
    return this.#known.links.map((link) => ({ ...link, confirmations: link.confirmations + 1 }));
  }

  #stepAfter(last: Link | undefined): Step {
    if (last)
      return {
        end: continuationOf(last.version),
        generation: last.generation + (last.kind === 'SUCCESSOR' ? 1 : 0),
      };
    const [birth] = this.#book.versions;
    if (!birth) throw new MdtError('MDT_INTERNAL', 'a lineage without a BIRTH', { field: 'lineage' });
    const { txid, vout } = birth.coins[0];
    return { end: { txid, vout }, generation: 0 };
  }

  /** The version that is confirmed of those that spend an outpoint, and where. */
  async #look({ end, generation }: Step, below: Link | undefined, tip: GuardedTip): Promise<Found> {
    const candidates: SignedVersion[] = [];
    let lost: string | undefined;
    for (const version of versionsUpon(this.#book, end, this.#mined)) {
      const seen = await this.#wallets.transaction(generation, version.txid);
      const { confirmations = 0, blockHash } = seen ?? {};
      const kind = this.#book.documents[version.document]?.kind ?? 'BIRTH';
      if (confirmations > 0 && blockHash !== undefined)
        return { at: 'block', link: { version, kind, generation, blockHash, confirmations } };
      if (confirmations < 0) lost = version.txid;
      else candidates.push(version);
    }
    // A version is lost, too, where only a further input of it was spent. A thief of the key needs no version of ours.
    const suspect = lost ?? (candidates.length === 0 ? below?.version.txid : undefined);
    const stolen = suspect !== undefined && (await this.#isSpent(end, tip));
    if (stolen && !below)
      throw new MdtError('MDT_LINEAGE_BROKEN', 'another transaction spent what the BIRTH spends', { field: suspect });
    return { at: 'nowhere', candidates, stolen };
  }

  /** Asked for a tip: a version may have lost to one that was looked for before a reorganisation took it again. */
  async #isSpent(end: OutpointRef, tip: GuardedTip): Promise<boolean> {
    if (await this.#node.isUnspent(end)) return false;
    if (await this.#isBest(tip)) return true;
    throw new MdtError('MDT_CONFIRMATIONS', 'the chain changed while it was looked at', { field: 'lineage' });
  }

  async #isBest(tip: GuardedTip): Promise<boolean> {
    return (await this.#node.bestBlockHash()) === tip.hash;
  }
}
