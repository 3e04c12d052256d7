/** Takes registrations in: those that come at the same time become durable together (group commit, MDT-RLY-023). */
import { MdtError } from '../core/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Registration, RegistrationStore } from './registration-store.ts';

/** A request, whose signature was verified. */
interface Kept extends Pick<Registration, 'id' | 'mode'> {
  /** Idempotency key, or empty. */
  readonly key: Uint8Array;
  /** Absent where the registration is there already, and only the key is new. */
  readonly leaf?: Buffer;
}

interface Waiter {
  readonly kept: Kept;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A key is kept for a day at least (MDT-RLY-030). */
const KEY_SECONDS = 2 * 86_400;

export class RegistrationBook {
  readonly store: RegistrationStore;
  readonly #clock: Clock;
  #waiting: Waiter[] = [];

  constructor(store: RegistrationStore, clock: Clock) {
    this.store = store;
    this.#clock = clock;
  }

  /**
   * Whether a request came before.
   * @throws MdtError MDT_IDEMPOTENCY_KEY where its key came with another one
   */
  has({ key, id, mode }: Kept): boolean {
    const named = key.length > 0 ? this.store.named(key) : undefined;
    if (named && !(named.id.equals(id) && named.mode === mode))
      throw new MdtError('MDT_IDEMPOTENCY_KEY', 'the key came before with another request', {
        field: 'idempotency_key',
      });
    return this.store.registration(id) !== undefined;
  }

  /**
   * Resolves when it is on disk; one that is there already is not added again (MDT-RLY-029).
   * @throws MdtError MDT_IDEMPOTENCY_KEY
   */
  async keep(kept: Kept): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever comes in the same turn of the event loop comes along.
    if (this.#waiting.length === 0) setImmediate(() => this.#commit());
    this.#waiting.push({ kept, resolve, reject });
    await promise;
  }

  forgetOldKeys(): void {
    this.store.forgetNamedBefore(this.#clock.now() - KEY_SECONDS);
  }

  #commit(): void {
    const group = this.#waiting;
    this.#waiting = [];
    let outcomes: (MdtError | undefined)[];
    try {
      outcomes = this.store.atOnce(() => group.map(({ kept }) => this.#write(kept)));
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const [at, { resolve, reject }] of group.entries()) {
      const refused = outcomes[at];
      if (refused) reject(refused);
      else resolve();
    }
  }

  #write(kept: Kept): MdtError | undefined {
    try {
      const { id, mode, leaf } = kept;
      if (!this.has(kept) && leaf) this.store.add({ id, mode, leaf });
    } catch (error) {
      if (error instanceof MdtError && error.code === 'MDT_IDEMPOTENCY_KEY') return error;
      throw error;
    }
    if (kept.key.length > 0) this.store.name(kept, this.#clock.now());
    return undefined;
  }
}
