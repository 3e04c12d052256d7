/**
 * `fdatasync` beside the main thread. A busy log has a thread of its own for it, which waits in shared memory: libuv's pool
 * was seen to begin a sync only when the main thread rests, so that nothing was hashed meanwhile, and messages between threads
 * take as long as a sync.
 */
import { fdatasync, type fdatasyncSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { Worker } from 'node:worker_threads';

/** Syncs after which there is more to win than a thread costs: a service that is hardly used has none. */
const WORTH_A_THREAD = 64;
/** What it asks of memory is little: it loads nothing. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

/** Where the threads meet: how many syncs were asked for and are done, of which file, and what came of the last. */
const CELLS = { ASKED: 0, DONE: 1, DESCRIPTOR: 2, ERRNO: 3 };
const CELL_OCTETS = 4;

interface Meeting {
  readonly cells: Int32Array<SharedArrayBuffer>;
  readonly at: typeof CELLS;
}

/** Syncs files, one after the other. */
export class SyncThread {
  readonly #cells = new Int32Array(new SharedArrayBuffer(Object.keys(CELLS).length * CELL_OCTETS));
  readonly #worthIt: number;
  #thread: Worker | undefined;
  #isOnline = false;
  #gone: Promise<never> | undefined;
  #syncing: Promise<void> | undefined;
  #count = 0;

  constructor(worthIt: number = WORTH_A_THREAD) {
    this.#worthIt = worthIt;
  }

  /** It takes what is to be synced from now on. */
  get isOnline(): boolean {
    return this.#isOnline;
  }

  /**
   * Resolves when the disk has what was written to a file.
   * @throws the error of the system, with its `code`
   */
  async sync(descriptor: number): Promise<void> {
    while (this.#syncing) await this.#syncing.catch(() => undefined);
    this.#syncing = this.#begin(descriptor); // at once: the disk is to work while the caller does
    try {
      await this.#syncing;
    } finally {
      this.#syncing = undefined;
    }
  }

  /** For whoever has one of his own: what waits is refused. That of the process lives as long as it does. */
  async end(): Promise<void> {
    await this.#thread?.terminate();
  }

  async #begin(descriptor: number): Promise<void> {
    this.#count += 1;
    if (this.#count === this.#worthIt) this.#start();
    if (!this.#thread || !this.#isOnline || !this.#gone) return syncByPool(descriptor);
    this.#thread.ref(); // as long as somebody waits for it
    try {
      await Promise.race([this.#ask(descriptor), this.#gone]);
    } finally {
      this.#thread.unref();
    }
  }

  async #ask(descriptor: number): Promise<void> {
    const { ASKED, DONE, DESCRIPTOR, ERRNO } = CELLS;
    const done = Atomics.load(this.#cells, DONE);
    Atomics.store(this.#cells, DESCRIPTOR, descriptor);
    Atomics.store(this.#cells, ASKED, (done + 1) | 0);
    Atomics.notify(this.#cells, ASKED);
    while (Atomics.load(this.#cells, DONE) === done) await Atomics.waitAsync(this.#cells, DONE, done).value;
    const errno = Atomics.load(this.#cells, ERRNO);
    if (errno === 0) return;
    const code = getSystemErrorName(errno);
    throw Object.assign(new Error(`${code}, fdatasync`), { code, errno });
  }

  #start(): void {
    const workerData: Meeting = { cells: this.#cells, at: CELLS };
    // Its own text, so that no module has to be found and read for it.
    const source = `(${String(syncForEver)})(require('node:worker_threads').workerData, require('node:fs').fdatasyncSync)`;
    const thread = new Worker(source, { eval: true, workerData, execArgv: [], resourceLimits: LIMITS });
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => undefined); // whoever waits is told; nobody else has to be
    thread.on('online', () => (this.#isOnline = true));
    thread.on('error', reject);
    thread.on('exit', (status) => reject(new Error(`the thread that syncs ended with ${status}`)));
    thread.unref();
    this.#thread = thread;
    this.#gone = promise;
  }
}

/** What the thread does. It may name nothing of this module. */
function syncForEver({ cells, at }: Meeting, sync: typeof fdatasyncSync): never {
  for (let done = 0; ;) {
    Atomics.wait(cells, at.ASKED, done);
    done = Atomics.load(cells, at.ASKED);
    let errno = 0;
    try {
      sync(Atomics.load(cells, at.DESCRIPTOR));
    } catch (error) {
      errno = (error as NodeJS.ErrnoException).errno ?? -5; // EIO
    }
    Atomics.store(cells, at.ERRNO, errno);
    Atomics.store(cells, at.DONE, done);
    Atomics.notify(cells, at.DONE);
  }
}

async function syncByPool(descriptor: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  fdatasync(descriptor, (error) => (error ? reject(error) : resolve()));
  return promise;
}
