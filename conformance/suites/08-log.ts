/** Chapter 8, checkpoints and tiles: all of the log is served, and what was shown stays. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { readCheckpoint } from '../oracle/checkpoint.ts';
import { leafHash, treeRoot } from '../oracle/log-tree.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';
import { TILE_WIDTH } from '../world/scenes/log-questions.ts';
import { isNotKept, mediaType, problemOf, served } from './http-view.ts';
import { given } from './grpc-view.ts';
import {
  bundlesAt,
  entityOf,
  entriesAt,
  headAt,
  headIn,
  isOfLog,
  lastLook,
  logKey,
  looksOf,
  refusalOf,
  rootsAt,
  tileOctets,
} from './log-view.ts';

const LEAST_MAX_AGE = 604_800;
/** With any of these a cache, or one that is shared, keeps nothing, or asks each time. */
const FORBIDS = ['no-cache', 'no-store', 'private'];
const scenes = ['logging'] as const;

const checks: Suite['checks'] = [
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
    'MDT-LOG-008',
    'watch',
    'nor is one that WatchCheckpoints sends',
    { quote: 'MUST NOT be of a smaller tree than one that was served before', scenes, feature: 'append' },
    ({ seen }) => {
      const [look] = looksOf(seen.logging);
      const { followed } = seen.logging;
      if (!look || !followed) throw new Untestable('nothing was watched');
      const sent = given(followed.result, 'WatchCheckpoints').map(({ checkpoint }) => headIn(checkpoint, look));
      areGrowing(sent.map(({ tree_size }) => tree_size));
    },
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
    'MDT-LOG-010',
    'roots',
    'so are the partial ones that the tree of a root ends with',
    { quote: 'and of the tree of each root that it serves', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const entries = entriesAt(look);
      const expected: Record<string, string> = {};
      for (const { document } of rootsAt(look)) {
        const some = entries.slice(0, document.tree_size);
        if (some.length < document.tree_size) continue; // entered while it was looked at
        Object.assign(expected, hashTiles(some.map(leafHash)), entryBundles(some));
      }
      const tiles = Object.entries(look.rootTiles);
      if (tiles.length === 0) throw new Untestable('no root is of another tree than the checkpoint (MDT-LOG-021)');
      for (const [path, result] of tiles) {
        const answer = served(result, path);
        equal(answer.status, 200, `the status of ${path}`);
        equal(answer.body.toString('hex'), expected[path], path);
      }
    },
  ),
  check(
    'MDT-LOG-011',
    'immutable',
    'tiles and bundles may be cached for ever',
    { quote: 'MUST have a `Cache-Control` field with `immutable`', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const tiles = Object.entries({ ...look.tiles, ...look.rootTiles });
      if (tiles.length === 0) throw new Untestable('there is no tile: nothing was entered');
      for (const [path, result] of tiles) {
        tileOctets(path, result); // one that is not there may not be kept for long
        const field = served(result, path).headers['cache-control'] ?? '';
        const directives = field.split(',').map((each) => each.trim().toLowerCase());
        const age = Number(directives.find((each) => each.startsWith('max-age='))?.slice('max-age='.length) ?? 0);
        const isKept = !directives.some((each) => FORBIDS.includes(each.split('=')[0] ?? ''));
        holds(isKept && directives.includes('immutable') && age >= LEAST_MAX_AGE, `${path} cannot be kept`, {
          expected: `immutable, max-age of at least ${String(LEAST_MAX_AGE)}, none of ${FORBIDS.join(', ')}`,
          got: field,
          field: 'Cache-Control',
        });
      }
    },
  ),
  check(
    'MDT-LOG-032',
    'fresh',
    'no cache keeps the newest checkpoint or root',
    { quote: 'MUST have a `Cache-Control` field with `no-cache` or `no-store`', scenes },
    ({ seen }) => {
      const { checkpoint, roots } = lastLook(seen.logging);
      isNotKept(checkpoint, 'the checkpoint');
      isNotKept(roots.newest, 'the newest root');
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
    'MDT-LOG-012',
    'not-kept',
    'no cache keeps that something is not there',
    { quote: 'with a `Cache-Control` field with `no-cache` or `no-store`', scenes },
    ({ seen }) => {
      for (const [path, result] of Object.entries(lastLook(seen.logging).beyond)) {
        isNotKept(result, `that there is no ${path}`);
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

/** Entry bundles of so many entries by path, hexadecimal. */
function entryBundles(entries: readonly Buffer[]): Record<string, string> {
  const bundles: Record<string, string> = {};
  for (let from = 0; from < entries.length; from += TILE_WIDTH) {
    const part = entries.slice(from, from + TILE_WIDTH);
    const suffix = part.length < TILE_WIDTH ? `.p/${String(part.length)}` : '';
    const octets = part.flatMap((entry) => [Buffer.of(entry.length >> 8, entry.length & 0xff), entry]);
    bundles[`tile/entries/${String(from / TILE_WIDTH).padStart(3, '0')}${suffix}`] =
      Buffer.concat(octets).toString('hex');
  }
  return bundles;
}

/** MDT-LOG-008. */
export function grow(looks: readonly LogLook[]): void {
  areGrowing(looks.map((look) => headAt(look).tree_size));
}

function areGrowing(sizes: readonly number[]): void {
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

export const activityLog: Suite = { chapter: '08-activity-log', checks };
