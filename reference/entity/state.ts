/**
 * What an entity keeps: its secrets, and from the moment they are written its records and the anchors of its lineage.
 * All of it lies in one sealed file that is replaced as a whole, so that it stands at a definite step after a crash at
 * any moment:
 *
 *   no file                nothing happened yet
 *   secrets                keys are made; coin is asked for and waited for
 *   + record, BIRTH        the record is written and its anchor is signed
 *   + record, SUCCESSOR    a successor is declared: the next anchor key has become the anchor key, there is a fresh
 *                          next one, and the record has both signatures. Its anchor is signed a step later
 *   + retirement, RETIRE   likewise
 *   + version              an anchor was signed, for the first time or once more
 *   + extent               a root or STATUS is on disk, and may be shown from now on
 *
 * Nothing but what is kept here is ever broadcast. The BIRTH can be written once (`giveBirth`), and what a second one
 * would spend is the outpoint that the first record names (MDT-LIN-009, -010). No version of an anchor is taken away,
 * because any of them may be the one that is mined.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { AnchoredDocument, LineageBook, LineageKeys, SignedVersion } from '../chain/lineage/lineage-book.ts';
import { firstOutpoint, CONTINUATION_VOUT } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { parseTransaction } from '../core/transaction.ts';
import type { BirthRecord } from '../gen/schemas.ts';
import { NOTHING, type Extent, type ExtentBook, type SeriesName } from '../log/extent.ts';
import { anchorPublicKey, type EntitySecrets } from './secrets.ts';
import { readStored, type KeptRecord, type KeptRetirement, type StoredState } from './stored-state.ts';

export type { KeptRecord, KeptRetirement } from './stored-state.ts';

/** Where a state is kept: a SealedFile. */
export interface StateFile {
  /** Replaces the content; on disk when it returns. */
  write(content: Uint8Array): void;
}

/** A document that is declared, and how it is anchored. */
export interface Declared<D> {
  readonly document: D;
  readonly anchored: AnchoredDocument;
}

export class EntityState implements LineageBook, LineageKeys, ExtentBook {
  readonly #file: StateFile;
  #state: StoredState;

  private constructor(file: StateFile, state: StoredState) {
    this.#file = file;
    this.#state = state;
  }

  /** The state that was kept. */
  static read(file: StateFile, content: Uint8Array): EntityState {
    return new EntityState(file, readStored(content));
  }

  /** A new state with fresh secrets, on disk before anything is done with them. */
  static create(file: StateFile, secrets: EntitySecrets): EntityState {
    const state = new EntityState(file, { version: 3, secrets, earlier: [], records: [], documents: [], versions: [] });
    state.#write(state.#state);
    return state;
  }

  /** Those of the newest record, whether its anchor is confirmed or not. */
  get secrets(): EntitySecrets {
    return this.#state.secrets;
  }

  /** The first record. */
  get birth(): KeptRecord | undefined {
    return this.#state.records[0];
  }

  /** Every record, the first one first. */
  get records(): readonly KeptRecord[] {
    return this.#state.records;
  }

  writtenRecords(): BirthRecord[] {
    return this.#state.records.map(({ record }) => JSON.parse(record) as BirthRecord);
  }

  extentOf(series: SeriesName): Extent {
    return this.#state.extents?.[series] ?? NOTHING;
  }

  keepExtent(series: SeriesName, extent: Extent): void {
    this.#change({ extents: { ...this.#state.extents, [series]: extent } });
  }

  get retirement(): KeptRetirement | undefined {
    return this.#state.retirement;
  }

  get documents(): readonly AnchoredDocument[] {
    return this.#state.documents;
  }

  get versions(): readonly SignedVersion[] {
    return this.#state.versions;
  }

  publicKey(generation: number): Uint8Array {
    const secret = this.#secretOf(generation);
    if (typeof secret === 'string') return anchorPublicKey({ anchor: secret });
    const { record } = this.#state.records[generation] ?? {};
    if (record === undefined) throw new MdtError('MDT_INTERNAL', `no record ${generation}`, { field: 'keys' });
    return hexToBytes((JSON.parse(record) as BirthRecord).keys.anchor);
  }

  secretKey(generation: number): Uint8Array {
    const secret = this.#secretOf(generation);
    if (typeof secret === 'string') return hexToBytes(secret);
    throw new MdtError('MDT_STATE', 'this key was thrown away: its successor is deep in the chain', { field: 'keys' });
  }

  /**
   * Keeps the birth, on disk when this returns.
   * @throws MdtError MDT_INTERNAL where there is one already: an entity is born once
   */
  giveBirth({ document, anchored }: Declared<KeptRecord>, version: Omit<SignedVersion, 'document'>): void {
    if (this.#state.records.length > 0)
      throw new MdtError('MDT_INTERNAL', 'a second birth was asked for', { field: 'birth' });
    this.#change({ records: [document], documents: [anchored], versions: [{ ...version, document: 0 }] });
  }

  /** Keeps a successor record, with the secrets that it was written with; what was the anchor key becomes an earlier one. */
  succeed({ document, anchored }: Declared<KeptRecord>, secrets: EntitySecrets): void {
    const { earlier, records, documents } = this.#state;
    this.#change({
      secrets,
      earlier: [...earlier, this.#state.secrets.anchor],
      records: [...records, document],
      documents: [...documents, anchored],
    });
  }

  /** Keeps the document that ends the entity. */
  retire({ document, anchored }: Declared<KeptRetirement>): void {
    this.#change({ retirement: document, documents: [...this.#state.documents, anchored] });
  }

  /**
   * Keeps a document of the log or the canary that is to be anchored. A root takes the place of one before it that the
   * reserve keeps waiting and that nothing was signed for: it covers that one (MDT-LOG-026).
   */
  enqueue(anchored: AnchoredDocument): void {
    const { documents, versions } = this.#state;
    const last = documents.length - 1;
    const isCovered =
      anchored.kind === 'ACTIVITY_ROOT' &&
      documents[last]?.kind === 'ACTIVITY_ROOT' &&
      !versions.some(({ document }) => document === last);
    this.#change({ documents: [...(isCovered ? documents.slice(0, last) : documents), anchored] });
  }

  /**
   * Keeps another version of an anchor beside the earlier ones, on disk when this returns.
   * @throws MdtError MDT_INTERNAL where it continues nothing that is kept: it would be a second lineage
   */
  keep(version: SignedVersion): void {
    const { versions, documents } = this.#state;
    if (!documents[version.document] || !continues(version, versions))
      throw new MdtError('MDT_INTERNAL', 'this transaction would be a second lineage', { field: 'lineage' });
    this.#change({ versions: [...versions, version] });
  }

  /** Throws the anchor keys away that are older than a generation, once nothing has to be signed with them any more. */
  forgetKeysBefore(generation: number): boolean {
    const { earlier } = this.#state;
    if (!earlier.slice(0, generation).some((secret) => secret !== null)) return false;
    this.#change({ earlier: earlier.map((secret, index) => (index < generation ? null : secret)) });
    return true;
  }

  #secretOf(generation: number): string | null | undefined {
    const { earlier, secrets } = this.#state;
    return generation === earlier.length ? secrets.anchor : earlier[generation];
  }

  #change(changes: Partial<StoredState>): void {
    const state = { ...this.#state, ...changes };
    this.#write(state); // first: what is not on disk must not be followed, or a restart would do it a second time
    this.#state = state;
  }

  #write(state: StoredState): void {
    this.#file.write(Buffer.from(JSON.stringify(state)));
  }
}

/** A version of a BIRTH spends what its first version spends, any other the continuation of one that is kept. */
function continues({ transaction, document }: SignedVersion, versions: readonly SignedVersion[]): boolean {
  const spent = firstOutpoint(parseTransaction(hexToBytes(transaction), 'transaction'));
  const [birth] = versions;
  if (!spent || !birth) return false;
  if (document === 0) return spent.txid === birth.coins[0].txid && spent.vout === birth.coins[0].vout;
  return spent.vout === CONTINUATION_VOUT && versions.some(({ txid }) => txid === spent.txid);
}
