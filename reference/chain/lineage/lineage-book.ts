/**
 * What an entity keeps of its lineage: the documents that it wants anchored, in the order in which it declared them,
 * and every transaction that it signed for one of them. Where the lineage stands is in neither: that is read from
 * the chain each time (lineage-path.ts), so that no crash and no reorganisation can make the two disagree.
 *
 * The transactions are a tree. Each spends, as input 0, output 1 of another (the BIRTH: the outpoint that the record
 * names), and of those that spend the same output one at most is ever confirmed. So versions of one anchor with
 * rising fees, a SUCCESSOR that replaced a waiting STATUS, and an anchor signed anew because a reorganisation chose
 * another version of the one below it, are all the same thing: one more branch.
 */
import { CONTINUATION_VOUT, type OutpointRef } from '../../core/anchor-transaction.ts';
import type { DocumentKind } from '../../core/payload.ts';
import type { AnchorPlan } from '../anchor-builder.ts';

export type LineageKind = 'BIRTH' | DocumentKind;

/** A document that is anchored, or is to be. */
export interface AnchoredDocument {
  readonly kind: LineageKind;
  /** Octets of the payload, hexadecimal. */
  readonly payload: string;
  /** Of a STATUS that says that something has tripped: it waits for no heartbeat and is kept from no reserve. */
  readonly tripped?: true;
}

/** A transaction that was signed for a document. Nothing is broadcast that is not kept. */
export interface SignedVersion {
  /** Index of the document. */
  readonly document: number;
  /** What it spends, in the order of its inputs. Of a BIRTH from a state of version 1 the first only. */
  readonly coins: AnchorPlan['coins'];
  /** With its witness, hexadecimal. */
  readonly transaction: string;
  readonly txid: string;
}

/** Where the two lists are kept. */
export interface LineageBook {
  /** The BIRTH first. */
  readonly documents: readonly AnchoredDocument[];
  /** In the order in which they were signed. */
  readonly versions: readonly SignedVersion[];
  /** Keeps one more; it is on disk when this returns. */
  keep(version: SignedVersion): void;
}

/** The keys of the lineage. `generation` counts the SUCCESSORs before: 0 is the key of the first record. */
export interface LineageKeys {
  /** 33 octets. */
  publicKey(generation: number): Uint8Array;
  /** 32 octets. */
  secretKey(generation: number): Uint8Array;
}

/** SUCCESSOR, RETIRE and a tripped STATUS replace a heartbeat that waits (MDT-LIN-020). A BIRTH has none before it. */
export function isUrgent({ kind, tripped }: AnchoredDocument): boolean {
  return (kind !== 'STATUS' && kind !== 'ACTIVITY_ROOT') || tripped === true;
}

/**
 * The document that is anchored next: urgent ones first, each sort in the order of declaration.
 * @param anchored indexes of the documents whose anchors are confirmed
 * @returns `undefined` where nothing is left, and after a RETIRE (MDT-LIN-019)
 */
export function nextDocument(
  documents: readonly AnchoredDocument[],
  anchored: ReadonlySet<number>,
): number | undefined {
  if ([...anchored].some((index) => documents[index]?.kind === 'RETIRE')) return undefined;
  const left = documents.flatMap((document, index) => (anchored.has(index) ? [] : [{ document, index }]));
  return (left.find(({ document }) => isUrgent(document)) ?? left[0])?.index;
}

/** By txid: how many versions there were when one was seen in a block. */
export type SeenMined = ReadonlyMap<string, number>;

/**
 * Versions that spend an outpoint, in the order in which they are handed to the node: the newest first. But one that
 * was mined before a reorganisation comes before those that were signed before that, because readers may hold its
 * txid (MDT-LIN-017). Something was signed upon it, or it was seen in a block.
 */
export function versionsUpon(
  book: LineageBook,
  outpoint: OutpointRef,
  mined: SeenMined = new Map(),
): readonly SignedVersion[] {
  const upon = indexOf(book.versions).get(nameOf(outpoint)) ?? [];
  if (upon.length < 2) return upon;
  const ranked = upon.map((version) => ({ version, rank: rankOf(book, version, mined) }));
  return ranked.sort((one, other) => other.rank - one.rank).map(({ version }) => version);
}

/** How many versions there were when a version, or the last upon it, was signed, or it was seen in a block. */
function rankOf(book: LineageBook, version: SignedVersion, mined: SeenMined): number {
  const children = indexOf(book.versions).get(nameOf(continuationOf(version))) ?? [];
  return Math.max(
    book.versions.indexOf(version) + 1,
    mined.get(version.txid) ?? 0,
    ...children.map((child) => rankOf(book, child, mined)),
  );
}

/** A list is never changed, only replaced, so its index is made once. */
const indexes = new WeakMap<readonly SignedVersion[], ReadonlyMap<string, readonly SignedVersion[]>>();

function indexOf(versions: readonly SignedVersion[]): ReadonlyMap<string, readonly SignedVersion[]> {
  const known = indexes.get(versions);
  if (known) return known;
  const index = Map.groupBy(versions, ({ coins: [first] }) => nameOf(first));
  indexes.set(versions, index);
  return index;
}

function nameOf({ txid, vout }: OutpointRef): string {
  return `${txid}:${vout}`;
}

/** What was signed upon a version: the first to be handed to the node, the first upon that, and so on. */
export function newestUpon(book: LineageBook, below: SignedVersion): SignedVersion[] {
  const [version] = versionsUpon(book, continuationOf(below));
  return version ? [version, ...newestUpon(book, version)] : [];
}

/** Whether a document is carried by one of those. */
export function isCarriedUpon(book: LineageBook, below: SignedVersion, document: number): boolean {
  return newestUpon(book, below).some((version) => version.document === document);
}

export function continuationOf({ txid }: Pick<SignedVersion, 'txid'>): OutpointRef {
  return { txid, vout: CONTINUATION_VOUT };
}
