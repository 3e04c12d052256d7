/**
 * What a D-TA keeps: its secrets, and from the moment it is written its birth. Both lie in one sealed file
 * that is replaced as a whole, so the ceremony stands at a definite step after a crash at any moment:
 *
 *   no file          nothing happened yet
 *   secrets          keys are made; coin is asked for and waited for
 *   secrets + birth  the record is written and its anchor is signed
 *
 * `birth` holds the record and its signed anchor, and nothing but what it holds is ever broadcast. It can be written
 * once (`giveBirth`), and what a second one would spend is the outpoint that the first record names (MDT-LIN-009, -010).
 * A stuck anchor is replaced by fee: that adds a version, which spends the same outpoint, and takes none away, because
 * any of them may be the one that is mined.
 *
 * Files of version 1, which knew one version of the anchor, are read and written anew as version 2 at the next change.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { SpendableCoin } from '../chain/anchor-builder.ts';
import { firstOutpoint } from '../core/anchor-transaction.ts';
import { MdtError } from '../core/errors.ts';
import { parseTransaction } from '../core/transaction.ts';
import type { BirthRecord } from '../gen/schemas.ts';
import type { DtaSecrets } from './secrets.ts';

/** A written record and its signed anchor. Octets are hexadecimal. */
export interface Birth {
  /** RFC 8785 octets of the record, as text. */
  readonly record: string;
  readonly signature: string;
  /** What the anchor spends, in the order of its inputs. A file of version 1 knew the first only. */
  readonly coins: readonly [SpendableCoin, ...SpendableCoin[]];
  /** Every version of the anchor that was signed, the newest last. */
  readonly versions: readonly [BirthVersion, ...BirthVersion[]];
}

export interface BirthVersion {
  readonly transaction: string;
  readonly txid: string;
}

interface StoredState {
  readonly version: 2;
  readonly secrets: DtaSecrets;
  readonly birth?: Birth;
}

interface StoredStateV1 {
  readonly version: 1;
  readonly secrets: DtaSecrets;
  readonly birth?: BirthVersion & {
    readonly record: string;
    readonly signature: string;
    readonly prevoutValue: number;
  };
}

/** Where a state is kept: a SealedFile. */
export interface StateFile {
  /** Replaces the content; on disk when it returns. */
  write(content: Uint8Array): void;
}

export class DtaState {
  readonly #file: StateFile;
  #state: StoredState;

  private constructor(file: StateFile, state: StoredState) {
    this.#file = file;
    this.#state = state;
  }

  /** The state that was kept. */
  static read(file: StateFile, content: Uint8Array): DtaState {
    const state = JSON.parse(Buffer.from(content).toString('utf8')) as StoredState | StoredStateV1; // authenticated: nobody but we wrote it
    if (state.version === 1) return new DtaState(file, fromVersion1(state));
    if (state.version === 2) return new DtaState(file, state);
    throw new MdtError('MDT_STATE', 'the state is of another version', { field: '/data_dir' });
  }

  /** A new state with fresh secrets, on disk before anything is done with them. */
  static create(file: StateFile, secrets: DtaSecrets): DtaState {
    const state = new DtaState(file, { version: 2, secrets });
    state.#write(state.#state);
    return state;
  }

  get secrets(): DtaSecrets {
    return this.#state.secrets;
  }

  get birth(): Birth | undefined {
    return this.#state.birth;
  }

  /**
   * Keeps the birth, on disk when this returns.
   * @throws MdtError MDT_INTERNAL where there is one already: an entity is born once
   */
  giveBirth(birth: Birth): void {
    if (this.#state.birth) throw new MdtError('MDT_INTERNAL', 'a second birth was asked for', { field: 'birth' });
    const born = { ...this.#state, birth };
    this.#write(born); // first: what is not on disk must not be followed, or a restart would be a second birth
    this.#state = born;
  }

  /**
   * Keeps another version of the anchor beside the earlier ones, on disk when this returns.
   * @throws MdtError MDT_INTERNAL where it would not exclude them: it has to spend the outpoint that the record names
   */
  replaceAnchor({ transaction, txid }: BirthVersion): Birth {
    const { birth } = this.#state;
    if (!birth || !spendsLineage(transaction, birth)) {
      throw new MdtError('MDT_INTERNAL', 'this transaction would be a second birth', { field: 'birth' });
    }
    const replaced = { ...birth, versions: [...birth.versions, { transaction, txid }] as const };
    const state = { ...this.#state, birth: replaced };
    this.#write(state); // first, as in giveBirth: whatever version is mined has to be known after a crash
    this.#state = state;
    return replaced;
  }

  #write(state: StoredState): void {
    this.#file.write(Buffer.from(JSON.stringify(state)));
  }
}

function fromVersion1({ secrets, birth }: StoredStateV1): StoredState {
  if (!birth) return { version: 2, secrets };
  const { record, signature, transaction, txid, prevoutValue } = birth;
  const coins = [{ ...lineageOf(birth), value: prevoutValue }] as const;
  return { version: 2, secrets, birth: { record, signature, coins, versions: [{ transaction, txid }] } };
}

function spendsLineage(transaction: string, birth: Birth): boolean {
  const spent = firstOutpoint(parseTransaction(hexToBytes(transaction), 'transaction'));
  const { txid, vout } = lineageOf(birth);
  return spent?.txid === txid && spent.vout === vout;
}

function lineageOf({ record }: { readonly record: string }): BirthRecord['lineage'] {
  return (JSON.parse(record) as BirthRecord).lineage;
}
