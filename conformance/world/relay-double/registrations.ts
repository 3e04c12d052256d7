/** What the relay double has to register: kept on disk before it is promised, anchored once, and again after a reorganisation. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { batchOf } from '../../oracle/registration.ts';
import { payloads } from '../relay/payloads.ts';

export type Mode = 'DIRECT' | 'BATCHED';

export interface Registration {
  /** The leaf hash, hexadecimal. */
  readonly id: string;
  readonly mode: Mode;
  /** subject_key ‖ digest ‖ signature, hexadecimal. */
  readonly leaf: string;
  readonly signature: string;
}

/** An anchor transaction for one registration, or for a batch of them. */
export interface Job {
  readonly ids: readonly string[];
  readonly mode: Mode;
  /** Hexadecimal. */
  readonly payload: string;
  /** Signed, and sent as often as it has to be; absent where there was no coin yet. */
  transaction?: { readonly hex: string; readonly txid: string };
}

interface State {
  readonly registrations: Registration[];
  readonly jobs: Job[];
  /** What an idempotency key came with, by key. */
  readonly keys: Record<string, string>;
}

export class Registrations {
  readonly #path: string | undefined;
  readonly #state: State;

  /** @param path where they are kept; in memory only where there is none */
  constructor(path?: string) {
    this.#path = path;
    const kept = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    this.#state = kept === undefined ? { registrations: [], jobs: [], keys: {} } : (JSON.parse(kept) as State);
  }

  find(id: string): Registration | undefined {
    return this.#state.registrations.find((each) => each.id === id);
  }

  get all(): readonly Registration[] {
    return this.#state.registrations;
  }

  get jobs(): readonly Job[] {
    return this.#state.jobs;
  }

  jobOf(id: string): Job | undefined {
    return this.#state.jobs.find(({ ids }) => ids.includes(id));
  }

  /** What the key came with before. */
  keyOf(key: string): string | undefined {
    return this.#state.keys[key];
  }

  /** Keeps a registration; one that is known stays as it was asked for first. */
  keep(registration: Registration, key?: { readonly key: string; readonly of: string }): void {
    if (key) this.#state.keys[key.key] = key.of;
    if (this.find(registration.id) === undefined) {
      this.#state.registrations.push(registration);
      const { id, mode, signature } = registration;
      if (mode === 'DIRECT')
        this.#state.jobs.push({ ids: [id], mode, payload: payloads.patSignature(signature).toString('hex') });
    }
    this.#save();
  }

  /** Makes a batch of all that no batch holds; whether there was any. */
  closeBatch(): boolean {
    const waiting = this.#state.registrations.filter(({ id, mode }) => mode === 'BATCHED' && !this.jobOf(id));
    if (waiting.length === 0) return false;
    const { root } = batchOf(
      waiting.map(({ leaf }) => Buffer.from(leaf, 'hex')),
      0,
    );
    const payload = payloads.patBatch(root.toString('hex'), waiting.length).toString('hex');
    this.#state.jobs.push({ ids: waiting.map(({ id }) => id), mode: 'BATCHED', payload });
    this.#save();
    return true;
  }

  /** Index and path of a registration in its batch. */
  placeOf(id: string): { index: number; path: Buffer[] } | undefined {
    const job = this.jobOf(id);
    if (job?.mode !== 'BATCHED') return undefined;
    const leaves = job.ids.map((each) => Buffer.from(this.find(each)?.leaf ?? '', 'hex'));
    const index = job.ids.indexOf(id);
    return { index, path: batchOf(leaves, index).path };
  }

  made(job: Job, transaction: NonNullable<Job['transaction']>): void {
    job.transaction = transaction;
    this.#save();
  }

  /** As a whole, so that no crash leaves half of it. */
  #save(): void {
    if (this.#path === undefined) return;
    const temporary = `${this.#path}.new`;
    const file = openSync(temporary, 'w', 0o600);
    writeSync(file, JSON.stringify(this.#state));
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, this.#path);
  }
}
