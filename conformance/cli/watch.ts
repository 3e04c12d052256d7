/** Runs again whenever files change, on a node that stays up. */
import { randomBytes } from 'node:crypto';
import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Regtest } from '../chain/regtest.ts';
import { startFresh, type Chain, type ChainOptions } from '../chain/start.ts';
import { KitError } from '../kit/kit-error.ts';
import type { Target } from '../kit/manifest.ts';
import { onSignals } from './signals.ts';

/** An editor writes a file in several steps, a compiler many files: a run begins when nothing has changed for this long. */
const QUIET_MS = 200;
/** Folders in which things change that no target is made of. */
const IGNORED = new Set(['.git', 'node_modules']);

/** A node with coins of the kit, for one run after another. */
export async function nodeToKeep(options: ChainOptions): Promise<Chain> {
  const chain = await startFresh(options);
  const coinKey = randomBytes(32);
  await Regtest.create(chain.rpc, coinKey);
  return { ...chain, coinKey };
}

/** Files whose change makes it another target: its manifest, and what its command names. */
export function filesOf({ path, command, folder }: Target): string[] {
  const named = command
    .map((word) => resolve(folder, word))
    .filter((file) => file !== process.execPath && isFile(file));
  return [...new Set([resolve(path), ...named])];
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Tells of changes until it is closed. */
export class Changes {
  readonly #watchers: FSWatcher[];
  readonly #ignored: string;
  #timer: NodeJS.Timeout | undefined;
  #changed = Promise.withResolvers<void>();

  /**
   * Watches files, and all that lies in folders but what is below `ignored`.
   * @throws KitError MDT_KIT_USAGE for a path that is not there
   */
  constructor(paths: readonly string[], ignored: string) {
    this.#ignored = ignored;
    this.#watchers = paths.map((path) => this.#watch(path));
  }

  /** Resolves when something has changed since it was last called, and nothing more for a moment. */
  async next(): Promise<void> {
    await this.#changed.promise;
    this.#changed = Promise.withResolvers<void>();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  /** A file is watched by its folder: whoever replaces a file takes the old one, and what watches it, away. */
  #watch(path: string): FSWatcher {
    try {
      const isFolder = statSync(path).isDirectory();
      const folder = isFolder ? path : dirname(path);
      return watch(folder, { recursive: isFolder }, (_event, name) => {
        if (isFolder ? !this.#isIgnored(resolve(folder, name ?? '')) : name === basename(path)) this.#note();
      });
    } catch (cause) {
      const what = `${path} cannot be watched: ${(cause as Error).message}`;
      throw new KitError('MDT_KIT_USAGE', what, { field: '--also-watch', cause });
    }
  }

  #isIgnored(path: string): boolean {
    const below = relative(this.#ignored, path);
    if (!below.startsWith('..') && !isAbsolute(below)) return true;
    return path.split(sep).some((part) => IGNORED.has(part));
  }

  #note(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed.resolve(), QUIET_MS);
  }
}

/** Runs, and again after each change, until a signal comes; then the process ends with the status of the last run. */
export async function runAgain(
  changes: Changes,
  run: () => Promise<number>,
  say: (text: string) => void,
): Promise<never> {
  for (;;) {
    const status = await run();
    say('waiting for a change; Ctrl-C ends it');
    const stopListening = onSignals(() => process.exit(status)); // 'exit' ends the node
    await changes.next();
    stopListening();
  }
}
