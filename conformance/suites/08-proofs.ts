/** Chapter 8, the calls of gRPC: entries, proofs and the watch. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { leafHash, refuseConsistency, refuseInclusion, treeRoot } from '../oracle/log-tree.ts';
import { given, isRefused } from './grpc-view.ts';
import { entriesAt, headIn, isOfLog, lastLook, looksOf, refusalOf } from './log-view.ts';

/** Numbers of gRPC, and the codes that go with them here. */
const OUT_OF_RANGE = { code: 11, reason: 'MDT_LOG_RANGE' };
const NOT_FOUND = { code: 5, reason: 'MDT_NOT_FOUND' };
/** What MDT-LOG-016 leaves. */
const WATCH_MS = 2_000;
const scenes = ['logging'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-LOG-014',
    'lists',
    'ListEntries answers the entries of its range',
    { quote: '`ListEntries` MUST answer the entries from `start` on, in order', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const entries = entriesAt(look);
      for (const { start, limit, result } of look.lists) {
        const { entries: listed } = given(result, `ListEntries from ${String(start)}`);
        const most = limit === 0 ? Infinity : limit;
        const known = entries.slice(start, start + most); // there may be more by now
        holds(listed.length >= Math.min(1, known.length) && listed.length <= most, 'it lists more or fewer', {
          expected: `${String(Math.min(1, known.length))} to ${String(most)} entries from ${String(start)} on`,
          got: listed.length,
        });
        for (const [at, entry] of known.entries())
          if (listed[at]) equal(listed[at].toString('hex'), entry.toString('hex'), `entry ${String(start + at)}`);
      }
    },
  ),
  check(
    'MDT-LOG-015',
    'inclusion',
    'GetInclusionProof proves each entry in the tree that was asked for',
    { quote: '`GetInclusionProof` and `GetConsistencyProof` MUST answer the proofs of RFC 9162', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.logging)) {
        const leaves = entriesAt(look).map(leafHash);
        if (look.inclusions.length === 0) throw new Untestable('the log is empty');
        for (const { index, size, result } of look.inclusions) {
          const { proof, leafHash: leaf } = given(result, `GetInclusionProof of ${String(index)} in ${String(size)}`);
          equal(leaf.toString('hex'), leaves[index]?.toString('hex'), `the leaf hash of entry ${String(index)}`);
          const root = treeRoot(leaves.slice(0, size));
          const refusal = refusalOf(() => refuseInclusion({ leaf_hash: leaf, index, tree_size: size, root, proof }));
          holds(refusal === undefined, `the proof of entry ${String(index)} in ${String(size)} does not hold`, {
            expected: `a way to ${root.toString('hex')}`,
            got: refusal?.message,
            field: 'proof',
          });
        }
      }
    },
  ),
  check(
    'MDT-LOG-015',
    'consistency',
    'GetConsistencyProof proves that one tree begins with the other',
    { quote: 'for the sizes that were asked for', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const leaves = entriesAt(look).map(leafHash);
      for (const { first, second, result } of look.consistencies) {
        if (first === 0) continue; // MDT-LOG-031
        const { proof } = given(result, `GetConsistencyProof from ${String(first)} to ${String(second)}`);
        const [before, after] = [treeRoot(leaves.slice(0, first)), treeRoot(leaves.slice(0, second))];
        const refusal = refusalOf(() =>
          refuseConsistency({ first_size: first, first_root: before, second_size: second, second_root: after, proof }),
        );
        holds(refusal === undefined, `the proof from ${String(first)} to ${String(second)} does not hold`, {
          expected: `a way from ${before.toString('hex')} to ${after.toString('hex')}`,
          got: refusal?.message,
          field: 'proof',
        });
      }
    },
  ),
  check(
    'MDT-LOG-031',
    'from-nothing',
    'the proof from size 0, or from a size to itself, is empty',
    { quote: 'MUST answer a proof without hashes where `first_size` is 0 or is `second_size`', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.logging))
        for (const { first, second, result } of look.consistencies) {
          if (first !== 0 && first !== second) continue;
          const what = `GetConsistencyProof from ${String(first)} to ${String(second)}`;
          equal(given(result, what).proof.length, 0, `the number of hashes of ${what}`, 'proof');
        }
    },
  ),
  check(
    'MDT-LOG-016',
    'watch',
    'WatchCheckpoints sends the newest at once, and each later one soon',
    { quote: '`WatchCheckpoints` MUST send the newest checkpoint at once', scenes, feature: 'append' },
    ({ seen }) => {
      const [look] = looksOf(seen.logging);
      const { followed } = seen.logging;
      const grown = followed?.grown.flatMap(({ answer: { promise }, appendedAt }) =>
        promise ? [{ index: promise.index, appendedAt }] : [],
      );
      const [firstGrowth] = grown ?? [];
      if (!look || !grown || !firstGrowth) throw new Untestable('nothing was watched: no entry was acknowledged');
      const sent = given(followed?.result, 'WatchCheckpoints').map(({ at, checkpoint }) => {
        const head = headIn(checkpoint, look);
        isOfLog(head, look, 'WatchCheckpoints');
        return { at, tree_size: head.tree_size };
      });
      const first = sent[0];
      const cameAtOnce =
        first !== undefined && first.at < firstGrowth.appendedAt && first.tree_size <= firstGrowth.index;
      holds(cameAtOnce, 'nothing came at once', {
        expected: 'the newest checkpoint before anything is entered',
        got: sent.map(({ tree_size }) => tree_size),
      });
      for (const { index, appendedAt } of grown) {
        const tells = sent.find(({ tree_size }) => tree_size > index);
        holds(tells !== undefined && tells.at <= appendedAt + WATCH_MS, 'a later checkpoint did not come in time', {
          expected: `one of at least ${String(index + 1)} entries within ${String(WATCH_MS)} ms`,
          got: sent.map(({ at, tree_size }) => `${String(tree_size)} after ${String(at - appendedAt)} ms`),
        });
      }
    },
  ),
  check(
    'MDT-LOG-027',
    'range',
    'what is beyond the tree is refused and not answered with nothing',
    { quote: 'MUST answer an index or size beyond the tree', scenes, negative: true },
    ({ seen }) => {
      for (const look of looksOf(seen.logging))
        for (const [what, result] of Object.entries(look.outside))
          if (!what.includes('seq')) isRefused(result, what, OUT_OF_RANGE);
    },
  ),
  check(
    'MDT-LOG-028',
    'no-root',
    'GetActivityRoot answers a number that no root has with NOT_FOUND',
    { quote: 'MUST answer the number of a root that it has not served', scenes, negative: true },
    ({ seen }) => {
      const { outside } = lastLook(seen.logging);
      isRefused(outside['GetActivityRoot, seq'], 'GetActivityRoot', NOT_FOUND);
    },
  ),
];

export const logProofs: Suite = { chapter: '08-activity-log', checks };
