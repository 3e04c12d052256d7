/**
 * The activity log beside its peers. Appends are measured against plain writes of the same octets with as many calls of
 * `fdatasync`; trees against merkletreejs and against the same tree on `crypto.hash`; both take turns.
 */
import { execFile } from 'node:child_process';
import { createHash, hash as cryptoHash } from 'node:crypto';
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MerkleTree } from 'merkletreejs';
import { ProofBuilder } from '../core/log/proof-building.ts';
import { countAt, TILE_WIDTH } from '../core/log/tile.ts';
import { leafHash, perfectRoot, rootOfLeaves } from '../core/log/tree-hash.ts';
import { HASH_OCTETS } from '../core/sha256.ts';
import { DurableLog } from '../log/durable-log.ts';
import { appendMany, CONCURRENCY, ENTRY } from './log-appending.ts';
import type { Written } from './log-writer.ts';
import { median, rounded, SCALE, type Measured, type Measurement } from './measure.ts';

const APPENDS = 51_200;
const APPEND_ROUNDS = 7;
/** Until the compiler has seen enough of ours; the peer is two calls of the system. */
const WARM_UP_ROUNDS = 4;
const LEAVES = 1_000_000 * SCALE;
const TREE_ROUNDS = 3;
const SETTLE_MS = 1_000;
/** As many as the proofs and the memory are shown with. */
const MANY = 10_000_000 * SCALE;
const PROOFS = 50_000;
/** Spread over the whole log: as many as are kept at hand, but for those above them. */
const WARM_TILES = 1_500;
const COLD_PROOFS = 100;
const MAX_RSS_MIB = 200;
/** As docs/operator.md has it for a service whose memory counts. */
const AS_ADVISED = ['--max-semi-space-size=16'];

export function log(): Measured[] {
  return [
    { id: 'log.append.vs-raw-fsync', measured: appendsAgainstWrites },
    { id: 'log.append.vs-sqlite', measured: appendsAgainstSqlite },
    { id: 'log.root.vs-merkletreejs', measured: rootAgainstMerkletreejs },
    { id: 'log.root.vs-crypto-hash', measured: rootAgainstCryptoHash },
    { id: 'log.proof.rate', measured: proofsOfMany },
  ];
}

async function appendsAgainstWrites(): Promise<Measurement[]> {
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await inFolder(async (folder) => appendRate(folder));
  for (let round = 0; round < APPEND_ROUNDS; round += 1) {
    ours.push(await inFolder(async (folder) => appendRate(folder)));
    peer.push(await inFolder(async (folder) => writeRate(folder)));
  }
  const [rate, raw] = [median(ours), median(peer)];
  const common = { unit: 'appends/s', ours: rounded(rate), runs: APPEND_ROUNDS } as const;
  return [
    {
      ...{ id: 'log.append.vs-raw-fsync', ...common, peer: rounded(raw), ratio: rounded(rate / raw) },
      peerName: `writes of ${CONCURRENCY} entries at a time, each with fdatasync`,
    },
    {
      ...{ id: 'log.append.rate', ...common, peer: 20_000, ratio: rounded(rate / 20_000) },
      peerName: '20,000 a second, which is asked for',
    },
  ];
}

/** A database in the place of the files: one transaction for as many entries, and the hashes upon them made as ours are. */
async function appendsAgainstSqlite(): Promise<Measurement[]> {
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await inFolder(async (folder) => appendRate(folder));
    await inFolder(async (folder) => Promise.resolve(insertRate(folder)));
  }
  for (let round = 0; round < APPEND_ROUNDS; round += 1) {
    ours.push(await inFolder(async (folder) => appendRate(folder)));
    peer.push(await inFolder(async (folder) => Promise.resolve(insertRate(folder))));
  }
  const [rate, inserts] = [median(ours), median(peer)];
  return [
    {
      ...{ id: 'log.append.vs-sqlite', unit: 'appends/s', ours: rounded(rate), peer: rounded(inserts) },
      ...{ ratio: rounded(rate / inserts), runs: APPEND_ROUNDS },
      peerName: `SQLite (node:sqlite, WAL, synchronous=FULL), ${CONCURRENCY} entries a transaction, their hashes made and not kept`,
    },
  ];
}

function insertRate(folder: string): number {
  const database = new DatabaseSync(join(folder, 'entries.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE e (i INTEGER PRIMARY KEY, e BLOB)');
  const insert = database.prepare('INSERT INTO e VALUES (?, ?)');
  const leaves = new Uint8Array(CONCURRENCY * HASH_OCTETS);
  const began = performance.now();
  for (let written = 0; written < APPENDS; written += CONCURRENCY) {
    database.exec('BEGIN');
    for (let place = 0; place < CONCURRENCY; place += 1) {
      insert.run(written + place, ENTRY);
      leaves.set(leafHash(ENTRY), place * HASH_OCTETS);
    }
    perfectRoot(leaves);
    database.exec('COMMIT');
  }
  const seconds = (performance.now() - began) / 1_000;
  database.close();
  return APPENDS / seconds;
}

async function appendRate(folder: string): Promise<number> {
  const opened = await DurableLog.open(folder);
  const began = performance.now();
  await appendMany(opened, APPENDS);
  const seconds = (performance.now() - began) / 1_000;
  await opened.close();
  return APPENDS / seconds;
}

async function writeRate(folder: string): Promise<number> {
  const file = openSync(join(folder, 'raw'), 'w');
  const batch = Buffer.concat(Array.from({ length: CONCURRENCY }, () => Buffer.concat([Buffer.alloc(2), ENTRY])));
  const began = performance.now();
  for (let written = 0; written < APPENDS; written += CONCURRENCY) {
    writeSync(file, batch);
    await new Promise<void>((resolve, reject) => fdatasync(file, (error) => (error ? reject(error) : resolve())));
  }
  const seconds = (performance.now() - began) / 1_000;
  closeSync(file);
  return APPENDS / seconds;
}

async function rootAgainstMerkletreejs(): Promise<Measurement[]> {
  const entries = Array.from({ length: LEAVES }, (_, index) => Buffer.from(`entry ${index}`));
  const sha256 = (octets: Buffer): Buffer => createHash('sha256').update(octets).digest();
  const ours = (): void => void ourRoot(entries);
  const peer = (): void => void new MerkleTree(entries.map(sha256), sha256).getRoot();
  return [await inTurns('log.root.vs-merkletreejs', 'merkletreejs, by crypto.createHash', ours, peer)];
}

async function rootAgainstCryptoHash(): Promise<Measurement[]> {
  const entries = Array.from({ length: LEAVES }, (_, index) => Buffer.from(`entry ${index}`));
  const ours = (): void => void ourRoot(entries);
  return [
    await inTurns('log.root.vs-crypto-hash', 'the same tree by crypto.hash', ours, () => void plainRoot(entries)),
  ];
}

function ourRoot(entries: readonly Buffer[]): Uint8Array {
  const leaves = new Uint8Array(entries.length * HASH_OCTETS);
  for (const [index, entry] of entries.entries()) leaves.set(leafHash(entry), index * HASH_OCTETS);
  return rootOfLeaves(leaves);
}

/** RFC 9162, 2.1.1, one call of `crypto.hash` a hash. */
function plainRoot(entries: readonly Buffer[]): Buffer {
  let level: Buffer[] = entries.map((entry) => cryptoHash('sha256', Buffer.concat([Buffer.of(0), entry]), 'buffer'));
  while (level.length > 1) {
    const upon: Buffer[] = [];
    for (let at = 0; at + 1 < level.length; at += 2)
      upon.push(cryptoHash('sha256', Buffer.concat([Buffer.of(1), ...level.slice(at, at + 2)]), 'buffer'));
    if (level.length % 2 === 1) upon.push(level.at(-1) ?? Buffer.alloc(0));
    level = upon;
  }
  return level[0] ?? Buffer.alloc(0);
}

async function inTurns(id: string, peerName: string, ours: () => void, peer: () => void): Promise<Measurement> {
  const [oursMs, peerMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < TREE_ROUNDS; round += 1) {
    oursMs.push(await timedAlone(ours));
    peerMs.push(await timedAlone(peer));
  }
  const [our, their] = [median(oursMs), median(peerMs)];
  return {
    ...{ id, unit: 'ms/op', ours: rounded(our), peer: rounded(their), peerName },
    ...{ ratio: rounded(their / our), runs: TREE_ROUNDS },
  };
}

/**
 * Of a log of 10^7 entries: proofs whose tiles are all read from disk, proofs whose tiles are at hand, and what memory the
 * process had that wrote it.
 */
async function proofsOfMany(): Promise<Measurement[]> {
  return inFolder(async (folder) => {
    const writer = [join(import.meta.dirname, 'log-writer.ts'), folder, String(MANY)];
    const { stdout } = await promisify(execFile)(process.execPath, [...AS_ADVISED, ...writer]);
    const { root, rssMiB } = JSON.parse(stdout) as Written;
    const opened = await DurableLog.open(folder, { head: { size: MANY, root: Buffer.from(root, 'hex') } });
    const placesIn = (tiles: number, count: number): number[] =>
      Array.from({ length: count }, (_, index) => {
        const tile = Math.floor(((index % tiles) * (MANY / TILE_WIDTH)) / tiles);
        return tile * TILE_WIDTH + ((index * 7_919) % TILE_WIDTH);
      });
    // Each by a builder that has no tile; those before the last hundred only make the compiler ready.
    const colds = placesIn(10 * COLD_PROOFS, 10 * COLD_PROOFS).map((place) => {
      const builder = new ProofBuilder((level, index) => wholeTile(opened, level, index));
      return timed(() => void builder.inclusion(place, MANY));
    });
    const cold = median(colds.slice(-COLD_PROOFS));
    const places = placesIn(WARM_TILES, PROOFS);
    for (const place of places) opened.inclusionProof(place, MANY);
    const warm = timed(() => {
      for (const place of places) opened.inclusionProof(place, MANY);
    });
    await opened.close();
    const rate = (PROOFS / warm) * 1_000;
    const asked = (id: string, unit: Measurement['unit'], ours: number, peer: number, ratio: number): Measurement => ({
      ...{ id, unit, ours: rounded(ours), peer, ratio: rounded(ratio), runs: 1 },
      peerName: 'what is asked for',
    });
    return [
      asked('log.proof.rate', 'proofs/s', rate, 50_000, rate / 50_000),
      { ...asked('log.proof.cold', 'ms/op', cold, 1, 1 / cold), runs: COLD_PROOFS },
      {
        ...asked('log.rss', 'MiB', rssMiB, MAX_RSS_MIB, MAX_RSS_MIB / rssMiB),
        peerName: `what is asked for, of ${MANY} entries, node ${AS_ADVISED.join(' ')}`,
      },
    ];
  });
}

function wholeTile(log: DurableLog, level: number, index: number): Uint8Array {
  const width = Math.min(TILE_WIDTH, countAt(level, MANY) - index * TILE_WIDTH);
  return log.tileOctets({ level, index, width }) ?? new Uint8Array();
}

/** Without the garbage of whoever went before, whose memory is given back in the background for a while. */
async function timedAlone(work: () => void): Promise<number> {
  globalThis.gc?.();
  await setTimeout(SETTLE_MS);
  globalThis.gc?.();
  return timed(work);
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** On the disk that the project lies on: temporary folders may be in memory. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(import.meta.dirname, '../../out/bench-log-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
