/**
 * What a D-TA keeps: its secrets, and from the moment it is written its birth. Both lie in one sealed file
 * that is replaced as a whole, so the ceremony stands at a definite step after a crash at any moment:
 *
 *   no file          nothing happened yet
 *   secrets          keys are made; coin is asked for and waited for
 *   secrets + birth  the record is written and its anchor is signed
 *
 * `birth` holds the signed transaction, and nothing but that transaction is ever broadcast. It can be written once
 * (`giveBirth`), and what a second one would spend is the outpoint that the first record names (MDT-LIN-009, -010).
 */
import { MdtError } from '../core/errors.ts';
import type { DtaSecrets } from './secrets.ts';

/** A written record and its signed anchor. Octets are hexadecimal. */
export interface Birth {
  /** RFC 8785 octets of the record, as text. */
  readonly record: string;
  readonly signature: string;
  readonly transaction: string;
  readonly txid: string;
  /** Satoshi. */
  readonly prevoutValue: number;
}

interface StoredState {
  readonly version: 1;
  readonly secrets: DtaSecrets;
  readonly birth?: Birth;
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
    const state = JSON.parse(Buffer.from(content).toString('utf8')) as StoredState; // authenticated: nobody but we wrote it
    if (state.version !== 1) throw new MdtError('MDT_STATE', 'the state is of another version', { field: '/data_dir' });
    return new DtaState(file, state);
  }

  /** A new state with fresh secrets, on disk before anything is done with them. */
  static create(file: StateFile, secrets: DtaSecrets): DtaState {
    const state = new DtaState(file, { version: 1, secrets });
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

  #write(state: StoredState): void {
    this.#file.write(Buffer.from(JSON.stringify(state)));
  }
}
