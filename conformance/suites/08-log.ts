/** Chapter 8, entries, promises, checkpoints and tiles: what is promised is there, and what was shown stays. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { timeOf } from '../oracle/activity-root.ts';
import { readCheckpoint, refusePromise } from '../oracle/checkpoint.ts';
import { canonicalOctets } from '../oracle/digest.ts';
import { leafHash, treeRoot } from '../oracle/log-tree.ts';
import type { LogPromise } from '../../reference/gen/schemas.ts';
import { TILE_WIDTH, type LogLook } from '../world/scenes/log-looking.ts';
import { mediaType, problemOf, served } from './http-view.ts';
import { given } from './grpc-view.ts';
import {
  bundlesAt,
  entityOf,
  entriesAt,
  entryJson,
  headAt,
  headIn,
  isOfLog,
  lastLook,
  logKey,
  looksOf,
  promisedIn,
  refusalOf,
  rootsAt,
  tileOctets,
} from './log-view.ts';

const MAX_ENTRY_OCTETS = 65_535;
const LEAST_MAX_AGE = 604_800;
const scenes = ['logging'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-LOG-001',
    'form',
    'each entry is a canonical JSON object of the schema',
    { quote: 'MUST be the canonical octets of a JSON object valid against', scenes },
    ({ seen }) => {
      for (const [index, entry] of entriesAt(lastLook(seen.logging)).entries()) {
        holds(entry.length <= MAX_ENTRY_OCTETS, `entry ${String(index)} is too long`, {
          expected: `at most ${String(MAX_ENTRY_OCTETS)} octets`,
          got: entry.length,
        });
        const value = entryJson(entry);
        const fault = schemaFault('log-entry', value);
        holds(fault === undefined, `entry ${String(index)} is not valid`, {
          expected: 'an entry of the schema',
          got: fault?.message,
          field: fault?.field ?? '',
        });
        equal(entry.toString('utf8'), canonicalOctets(value).toString('utf8'), `the octets of entry ${String(index)}`);
      }
    },
  ),
  check(
    'MDT-LOG-001',
    'says',
    'an entry says what was asked to be entered, and no more',
    { quote: 'valid against `schemas/log-entry.schema.json`', scenes, feature: 'append' },
    ({ seen }) => {
      const entries = entriesAt(lastLook(seen.logging));
      for (const { promise, kind, subject } of promisedIn(seen.logging)) {
        const value = entryJson(entryOf(promise, entries));
        const { event, kind: itsKind, subject: itsSubject } = value ?? {};
        equal({ event, kind: itsKind, subject: itsSubject }, { event: 'test', kind, subject }, 'what the entry says');
      }
    },
  ),
  check(
    'MDT-LOG-002',
    'order',
    'no entry is of an earlier time than the one before',
    { quote: 'MUST NOT be earlier than that of the entry before it', scenes },
    ({ seen }) => {
      const times = entriesAt(lastLook(seen.logging)).map(readTime);
      for (const [index, time] of times.entries())
        holds(index === 0 || time >= (times[index - 1] ?? 0), `entry ${String(index)} goes back in time`, {
          expected: `not before ${String(times[index - 1])}`,
          got: time,
        });
    },
  ),
  check(
    'MDT-LOG-003',
    'signature',
    'each promise is signed by keys.log',
    { quote: 'The signature of a promise MUST verify by `keys.log`', scenes, feature: 'append' },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const [entity, key] = [entityOf(look), logKey(look)];
      for (const { promise } of promisedIn(seen.logging)) {
        const refusal = refusalOf(() => refusePromise({ entity_id: entity, ...promise }, key));
        holds(refusal === undefined, `the promise of entry ${String(promise.index)} does not verify`, {
          expected: `a signature by ${key.toString('hex')}`,
          got: promise.signature,
          field: '/promise/signature',
        });
      }
    },
  ),
  check(
    'MDT-LOG-004',
    'time',
    'the time of each promise is that of its entry',
    { quote: '`time` of a promise MUST be that of its entry', scenes, feature: 'append' },
    ({ seen }) => {
      const entries = entriesAt(lastLook(seen.logging));
      for (const { promise } of promisedIn(seen.logging)) {
        const entry = entryOf(promise, entries);
        equal(promise.time, entryJson(entry)?.['time'], `the time of the promise of entry ${String(promise.index)}`);
      }
    },
  ),
  check(
    'MDT-LOG-005',
    'survives',
    'every entry that was acknowledged before a kill is there after it',
    { quote: 'MUST NOT be given before its entry will be in the log after a crash', scenes, feature: 'append' },
    ({ seen, evidence }) => {
      const [, after] = looksOf(seen.logging);
      if (!after) throw new Untestable('it did not come back after the kill (MDT-TGT-005)');
      const leaves = new Set(entriesAt(after).map((entry) => leafHash(entry).toString('hex')));
      const before = promisedIn(seen.logging).filter(({ life }) => life === 0);
      evidence('acknowledged before the kill', before.length);
      for (const { promise } of before)
        holds(leaves.has(promise.leaf_hash), `entry ${String(promise.index)} was acknowledged and is lost`, {
          expected: promise.leaf_hash,
          got: `${String(leaves.size)} other entries`,
          field: '/promise/leaf_hash',
        });
    },
  ),
  check(
    'MDT-LOG-006',
    'place',
    'each entry is at the index of its promise',
    { quote: 'MUST have the leaf hash that it names', scenes, feature: 'append' },
    ({ seen }) => {
      const entries = entriesAt(lastLook(seen.logging));
      for (const { promise } of promisedIn(seen.logging)) {
        const entry = entries[promise.index];
        if (!entry && promise.index < entries.length + 1_000)
          throw new Untestable(`entry ${String(promise.index)} is not there (MDT-LOG-005)`);
        equal(entry && leafHash(entry).toString('hex'), promise.leaf_hash, `the leaf at ${String(promise.index)}`);
      }
    },
  ),
  check(
    'MDT-LOG-007',
    'checkpoint',
    'the checkpoint has the origin of the entity and is signed by keys.log',
    { quote: 'with a checkpoint whose origin is `milagro.invalid/mdt/` followed by the `entity_id`', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.logging)) {
        const answer = served(look.checkpoint, 'the checkpoint');
        equal(answer.status, 200, 'the status of the checkpoint');
        equal(mediaType(answer), 'text/plain', 'the media type of the checkpoint');
        isCheckpoint(answer.body, look);
      }
    },
  ),
  check(
    'MDT-LOG-008',
    'grows',
    'no checkpoint is of a smaller tree than one before',
    { quote: 'MUST NOT be of a smaller tree than one that was served before', scenes },
    ({ seen }) => grow(looksOf(seen.logging)),
  ),
  check(
    'MDT-LOG-009',
    'continues',
    'the tree of each checkpoint begins with those that were served before',
    { quote: 'MUST begin with the tree of every checkpoint and every root that was served before', scenes },
    ({ seen }) => {
      const looks = looksOf(seen.logging);
      const leaves = entriesAt(lastLook(seen.logging)).map(leafHash);
      for (const look of looks) {
        const { tree_size: size, root } = headAt(look);
        if (size > leaves.length) throw new Untestable('the log has shrunk (MDT-LOG-008)');
        equal(
          treeRoot(leaves.slice(0, size)).toString('hex'),
          root.toString('hex'),
          `the root of size ${String(size)}`,
        );
      }
      for (const look of looks.slice(0, -1))
        for (const { document } of rootsAt(look))
          equal(
            treeRoot(leaves.slice(0, document.tree_size)).toString('hex'),
            document.root,
            `the root that was served of size ${String(document.tree_size)}`,
          );
    },
  ),
  check(
    'MDT-LOG-010',
    'tiles',
    'every tile and bundle of the checkpoint is served, with its octets',
    { quote: 'MUST serve each tile and each entry bundle of the tree of its newest checkpoint', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.logging)) {
        const { tree_size: size, root } = headAt(look);
        for (const [path, result] of Object.entries(look.tiles))
          equal(served(result, path).status, 200, `the status of ${path}`);
        for (const { path, width, entries } of bundlesAt(look))
          equal(entries?.length ?? 'cut short', width, `the number of entries in ${path}`);
        const leaves = entriesAt(look).map(leafHash);
        equal(leaves.length, size, 'the number of entries in the bundles');
        equal(treeRoot(leaves).toString('hex'), root.toString('hex'), 'the root of the entries in the bundles');
        for (const [path, octets] of Object.entries(hashTiles(leaves)))
          equal(tileOctets(path, look.tiles[path] ?? { failed: 'not asked for' }).toString('hex'), octets, path);
      }
    },
  ),
  check(
    'MDT-LOG-011',
    'immutable',
    'tiles and bundles may be cached for ever',
    { quote: 'MUST have a `Cache-Control` field with `immutable`', scenes },
    ({ seen }) => {
      const tiles = Object.entries(lastLook(seen.logging).tiles);
      if (tiles.length === 0) throw new Untestable('there is no tile: nothing was entered');
      for (const [path, result] of tiles) {
        const field = served(result, path).headers['cache-control'] ?? '';
        const directives = field.split(',').map((each) => each.trim().toLowerCase());
        const age = Number(directives.find((each) => each.startsWith('max-age='))?.slice('max-age='.length) ?? 0);
        holds(directives.includes('immutable') && age >= LEAST_MAX_AGE, `${path} cannot be kept`, {
          expected: `immutable, max-age of at least ${String(LEAST_MAX_AGE)}`,
          got: field,
          field: 'Cache-Control',
        });
      }
    },
  ),
  check(
    'MDT-LOG-012',
    'beyond',
    'what is not in the tree is answered with 404 and its code',
    { quote: 'for what is not there with status 404 and the code `MDT_NOT_FOUND`', scenes, negative: true },
    ({ seen }) => {
      for (const [path, result] of Object.entries(lastLook(seen.logging).beyond)) {
        const answer = served(result, path);
        equal(answer.status, 404, `the status of ${path}`);
        equal(problemOf(answer)['code'], 'MDT_NOT_FOUND', `the code of ${path}`, '/code');
      }
    },
  ),
  check(
    'MDT-LOG-013',
    'grpc',
    'GetCheckpoint answers a checkpoint of the same log',
    { quote: '`GetCheckpoint` MUST answer a checkpoint', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.logging)) {
        const { checkpoint } = given(look.grpcCheckpoint, 'GetCheckpoint');
        isCheckpoint(checkpoint, look);
        const head = headIn(checkpoint, look);
        const before = headAt(look, { checkpoint: look.earlierCheckpoint });
        holds(head.tree_size >= before.tree_size, 'it is older than the one that was asked for before', {
          expected: `at least ${String(before.tree_size)}`,
          got: head.tree_size,
        });
        isOfLog(head, look, 'GetCheckpoint');
      }
    },
  ),
];

/** Hash tiles of a tree by path, hexadecimal. */
function hashTiles(leaves: readonly Buffer[]): Record<string, string> {
  const tiles: Record<string, string> = {};
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; level += 1) {
    for (let from = 0; from < hashes.length; from += TILE_WIDTH) {
      const part = hashes.slice(from, from + TILE_WIDTH);
      const name = String(from / TILE_WIDTH).padStart(3, '0');
      const suffix = part.length < TILE_WIDTH ? `.p/${String(part.length)}` : '';
      tiles[`tile/${String(level)}/${name}${suffix}`] = Buffer.concat(part).toString('hex');
    }
    const full = Math.floor(hashes.length / TILE_WIDTH);
    const below = hashes;
    hashes = Array.from({ length: full }, (_, tile) =>
      treeRoot(below.slice(tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH)),
    );
  }
  return tiles;
}

/** MDT-LOG-008. */
export function grow(looks: readonly LogLook[]): void {
  const sizes = looks.map((look) => headAt(look).tree_size);
  for (const [index, size] of sizes.entries())
    holds(size >= (sizes[index - 1] ?? 0), 'the log has shrunk', {
      expected: `at least ${String(sizes[index - 1])}`,
      got: size,
    });
}

export function isCheckpoint(octets: Buffer, look: LogLook): void {
  const refusal = refusalOf(() => readCheckpoint(octets, entityOf(look), logKey(look)));
  holds(refusal === undefined, 'it is no checkpoint of this log', {
    expected: `three lines, the first milagro.invalid/mdt/${entityOf(look)}, signed by keys.log under that name`,
    got: `${refusal?.message ?? ''}: ${octets.subarray(0, 500).toString('utf8')}`,
  });
}

/** The entry that a promise names. What is not in its place is told by the checks of that. */
function entryOf({ index, leaf_hash }: LogPromise, entries: readonly Buffer[]): Buffer {
  const entry = entries[index];
  if (!entry) throw new Untestable(`entry ${String(index)} is not there (MDT-LOG-005)`);
  if (leafHash(entry).toString('hex') !== leaf_hash)
    throw new Untestable(`another entry is at ${String(index)} (MDT-LOG-006)`);
  return entry;
}

function readTime(entry: Buffer): number {
  try {
    return timeOf(entry);
  } catch {
    throw new Untestable('an entry cannot be read (MDT-LOG-001)');
  }
}

export const activityLog: Suite = { chapter: '08-activity-log', checks };
