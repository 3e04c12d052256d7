/** Every entry of a log, and roots and tiles recomputed from them (MDT-LOG-107): O(log n) memory for n entries. */
import { MdtError } from '../core/errors.ts';
import { bytesToHex, equalOctets } from '../core/hex.ts';
import { readCheckpoint, type Head } from '../core/log/checkpoint.ts';
import { entryTime } from '../core/log/entry-time.ts';
import { GrowingTree } from '../core/log/growing-tree.ts';
import type { VerifiedRoot } from '../core/log/root-succession.ts';
import { TILE_WIDTH } from '../core/log/tile.ts';
import { leafHash } from '../core/log/tree-hash.ts';
import { MAX_AHEAD_SECONDS, formatTime } from '../core/time.ts';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { AuditedEntity } from './audited-entity.ts';
import type { AuditMemory, SeenTree } from './audit-state.ts';
import type { Findings } from './findings.ts';
import { HashTiles } from './hash-tiles.ts';
import type { LogSource } from './log-source.ts';

export interface AuditedEntries {
  readonly checkpoint: Head;
  /** The tree of the entries that were read, in this audit and those before. */
  readonly tree: GrowingTree;
  /** The same as far as the newest root goes. */
  readonly rooted: { readonly tree: GrowingTree; readonly lastTime: number };
  /** Whether the checkpoint is that of the entries. */
  readonly agrees: boolean;
}

/** @returns `undefined` where there is no checkpoint to rest on, or an entry could not be had */
export async function auditEntries(
  entity: AuditedEntity,
  source: LogSource,
  { memory, roots, now }: EntriesReader,
  findings: Findings,
): Promise<AuditedEntries | undefined> {
  const checkpoint = await findings.note('MDT-LOG-101', 'checkpoint', async () =>
    readCheckpoint(await source.checkpoint(), hexToBytes(entity.entityId), entity.logKeys[0] ?? new Uint8Array()),
  );
  if (checkpoint === undefined) return undefined;
  const tree = new GrowingTree(memory.tree.size, memory.tree.peaks);
  const { size } = checkpoint;
  if (size < memory.seen.size) {
    const message = `${memory.seen.size} entries were there before, now ${size}`;
    findings.add('MDT_LOG_FORK', 'MDT-LOG-008', 'checkpoint', message);
    return undefined;
  }
  const tiles = new HashTiles(tree, size, source, findings);
  const run = new Recomputation(tree, tiles, { roots, memory, now }, findings);
  const from = Math.floor(tree.size / TILE_WIDTH);
  let skip = tree.size - from * TILE_WIDTH;
  let bundle = from;
  for await (const entries of tree.size < size ? source.bundles(from, size) : []) {
    if (entries instanceof MdtError) {
      const { code, message, field } = entries;
      findings.add(code, 'MDT-LOG-010', `entry bundle ${bundle}`, `${field}: ${message}`);
      return undefined;
    }
    for (const entry of entries.slice(skip)) run.append(entry);
    await tiles.compareFull();
    skip = 0;
    bundle += 1;
  }
  await tiles.comparePartial();
  run.end();
  const agrees = equalOctets(tree.root(), checkpoint.root);
  if (!agrees) noteOther(checkpoint, tree, memory, findings);
  return { checkpoint, tree, rooted: run.rooted, agrees };
}

/** Those who saw it before hold the peaks of a tree that this one has to continue. */
function noteOther({ root }: Head, tree: GrowingTree, memory: AuditMemory, findings: Findings): void {
  const code = memory.seen.size > 0 ? 'MDT_LOG_FORK' : 'MDT_LOG_ROOT';
  const requirement = memory.seen.size > 0 ? 'MDT-LOG-009' : 'MDT-LOG-010';
  const message = `says ${bytesToHex(root)}, the ${tree.size} entries give ${bytesToHex(tree.root())}`;
  findings.add(code, requirement, 'checkpoint', message);
}

/** What an auditor has when it comes to the entries. */
export interface EntriesReader {
  readonly memory: AuditMemory;
  readonly roots: readonly VerifiedRoot[];
  /** Its clock, in seconds since 1970. */
  readonly now: number;
}

class Recomputation {
  readonly #tree: GrowingTree;
  readonly #tiles: HashTiles;
  readonly #roots: readonly VerifiedRoot[];
  readonly #findings: Findings;
  /** How many of the roots are closed. */
  #closed = 0;
  /** Whether every entry had a time; where one has none, nobody can say which root it has to be in. */
  #isTimed = true;
  #lastTime: number;
  readonly #now: number;
  #isAhead = false;
  readonly #seen: SeenTree;
  #rooted: AuditedEntries['rooted'];

  constructor(
    tree: GrowingTree,
    tiles: HashTiles,
    { memory: { lastTime, seen }, roots, now }: EntriesReader,
    findings: Findings,
  ) {
    this.#tree = tree;
    this.#tiles = tiles;
    this.#roots = roots;
    this.#findings = findings;
    this.#lastTime = lastTime;
    this.#now = now;
    this.#seen = seen;
    this.#rooted = this.#snapshot();
  }

  get rooted(): AuditedEntries['rooted'] {
    return this.#rooted;
  }

  append(entry: Uint8Array): void {
    const index = this.#tree.size;
    const time = this.#timeOf(entry, index);
    if (time < this.#lastTime)
      this.#findings.add('MDT_LOG_ROOT', 'MDT-LOG-002', `entry ${index}`, 'earlier than the entry before it');
    if (time > this.#now + MAX_AHEAD_SECONDS) this.#noteAhead(index, time);
    for (let next = this.#next; next && time >= secondsOf(next.root.period_end); next = this.#next) this.#close(next);
    this.#lastTime = Math.max(this.#lastTime, time);
    this.#tree.append(leafHash(entry), (hash, height) => this.#tiles.add(hash, height));
    if (this.#tree.size === this.#seen.size) this.#compareSeen();
  }

  /** Of those that are ahead the first says it. */
  #noteAhead(index: number, time: number): void {
    if (!this.#isAhead)
      this.#findings.add(
        'MDT_LOG_ROOT',
        'MDT-LOG-036',
        `entry ${index}`,
        `is of ${formatTime(time)}, which has not come`,
      );
    this.#isAhead = true;
  }

  #compareSeen(): void {
    const root = bytesToHex(this.#tree.root());
    if (root === this.#seen.root) return;
    const message = `the first ${this.#seen.size} entries gave ${this.#seen.root} before, now ${root}`;
    this.#findings.add('MDT_LOG_FORK', 'MDT-LOG-009', 'checkpoint', message);
  }

  #snapshot(): AuditedEntries['rooted'] {
    return { tree: new GrowingTree(this.#tree.size, this.#tree.peaks), lastTime: this.#lastTime };
  }

  /** All periods that have a root have ended, so they hold all entries that are left. */
  end(): void {
    for (let next = this.#next; next; next = this.#next) this.#close(next);
  }

  get #next(): VerifiedRoot | undefined {
    return this.#roots[this.#closed];
  }

  #close({ root }: VerifiedRoot): void {
    this.#closed += 1;
    this.#rooted = this.#snapshot();
    if (!this.#isTimed) return;
    const { size } = this.#tree;
    const place = `root ${root.seq}`;
    if (root.tree_size !== size) {
      const message = `says ${root.tree_size} entries, ${size} are of an earlier time than ${root.period_end}`;
      this.#findings.add('MDT_LOG_ROOT', 'MDT-LOG-017', place, message);
    } else if (bytesToHex(this.#tree.root()) !== root.root) {
      const message = `says ${root.root}, the entries give ${bytesToHex(this.#tree.root())}`;
      this.#findings.add('MDT_LOG_ROOT', 'MDT-LOG-018', place, message);
    }
  }

  /** What is no entry has a leaf hash all the same. */
  #timeOf(entry: Uint8Array, index: number): number {
    try {
      return entryTime(entry);
    } catch (error) {
      if (!(error instanceof MdtError)) throw error;
      this.#findings.add(error.code, 'MDT-LOG-001', `entry ${index}`, `${error.field}: ${error.message}`);
      this.#isTimed = false;
      return this.#lastTime;
    }
  }
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
