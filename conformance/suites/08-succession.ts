/** Chapters 8 and 9 under a successor: the log and the canary go on, by the keys of the record that is now in force. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { refusePromise } from '../oracle/checkpoint.ts';
import { leafHash, treeRoot } from '../oracle/log-tree.ts';
import type { CanarySeen } from '../world/scenes/canary.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';
import { grow, isCheckpoint } from './08-log.ts';
import { served } from './http-view.ts';
import {
  entityOf,
  entriesAt,
  headAt,
  lastLook,
  logKey,
  looksOf,
  promisedIn,
  refusalOf,
  someStatuses,
} from './log-view.ts';
import { areAllThere, areOfEntries, areSigned, countEntries, endAtMultiples, follow, stay } from './root-rules.ts';
import { comeInTime } from './status-rules.ts';

const options = { scenes: ['canary'], feature: 'successor' } as const;

/** The last look, which is under the successor. */
function underSuccessor(canary: CanarySeen): { look: LogLook; newestRoot: number } {
  const { succession } = canary;
  if (succession?.newestRoot === undefined) throw new Untestable('no SUCCESSOR came into force (MDT-REC-015)');
  return { look: lastLook(canary), newestRoot: succession.newestRoot };
}

const checks: Suite['checks'] = [
  check(
    'MDT-LOG-003',
    'successor',
    'a promise under a successor is signed by its keys.log',
    { quote: 'MUST verify by `keys.log` of the record in force when it was made', ...options },
    ({ seen }) => {
      const { look } = underSuccessor(seen.canary);
      const newest = promisedIn(seen.canary).at(-1)?.promise;
      if (!newest || seen.canary.asked.at(-1)?.answer?.promise !== newest)
        throw new Untestable('no entry was acknowledged under the successor');
      const refusal = refusalOf(() => refusePromise({ entity_id: entityOf(look), ...newest }, logKey(look)));
      holds(refusal === undefined, 'the promise under the successor does not verify', {
        expected: `a signature by ${logKey(look).toString('hex')}`,
        got: newest.signature,
        field: '/promise/signature',
      });
    },
  ),
  check(
    'MDT-LOG-007',
    'successor',
    'the checkpoint under a successor is signed by its keys.log',
    { quote: 'by `keys.log` of the record in force', ...options },
    ({ seen }) => {
      const { look } = underSuccessor(seen.canary);
      isCheckpoint(served(look.checkpoint, 'the checkpoint').body, look);
    },
  ),
  check(
    'MDT-LOG-008',
    'successor',
    'the log does not shrink under a successor',
    { quote: 'MUST NOT be of a smaller tree than one that was served before', ...options },
    ({ seen }) => {
      underSuccessor(seen.canary);
      grow(looksOf(seen.canary));
    },
  ),
  check(
    'MDT-LOG-009',
    'successor',
    'the log under a successor is the same one',
    { quote: 'MUST begin with the tree of every checkpoint and every root that was served before', ...options },
    ({ seen }) => {
      const { look: last } = underSuccessor(seen.canary);
      const leaves = entriesAt(last).map(leafHash);
      for (const look of looksOf(seen.canary)) {
        const { tree_size: size, root } = headAt(look);
        if (size > leaves.length) throw new Untestable('the log has shrunk (MDT-LOG-008)');
        const expected = treeRoot(leaves.slice(0, size)).toString('hex');
        equal(root.toString('hex'), expected, `the root of size ${String(size)}`);
      }
    },
  ),
  check(
    'MDT-LOG-017',
    'successor',
    'roots under a successor count the entries before the end of their period',
    { quote: 'the number of entries whose `time` is earlier than its `period_end`', ...options },
    ({ seen }) => countEntries(underSuccessor(seen.canary).look),
  ),
  check(
    'MDT-LOG-018',
    'successor',
    'roots under a successor are those of the entries that are served',
    { quote: '`root` MUST be the root of the tree of `tree_size` entries that is served', ...options },
    ({ seen }) => areOfEntries(underSuccessor(seen.canary).look),
  ),
  check(
    'MDT-LOG-019',
    'successor',
    'periods under a successor end at the next multiple of their length',
    { quote: 'MUST be the first multiple of `policy.log_period_seconds` later than its `period_start`', ...options },
    ({ seen }) => endAtMultiples(underSuccessor(seen.canary).look),
  ),
  check(
    'MDT-LOG-020',
    'successor',
    'roots under a successor follow from those before it, which stay',
    { quote: '`seq` of a root MUST be one more than that of the root before it', ...options },
    ({ seen }) => {
      follow(underSuccessor(seen.canary).look);
      stay(looksOf(seen.canary));
    },
  ),
  check(
    'MDT-LOG-021',
    'successor',
    'every period has its root under a successor, too',
    { quote: 'MUST serve the root of every period that has ended since its first one', ...options },
    ({ seen }) => areAllThere(underSuccessor(seen.canary).look),
  ),
  check(
    'MDT-LOG-022',
    'successor',
    'roots under a successor are signed by its keys.anchor, and none by a key of before',
    { quote: 'valid against `schemas/hosted-activity-root.schema.json`', ...options },
    ({ seen }) => {
      const { look, newestRoot } = underSuccessor(seen.canary);
      areSigned(look, newestRoot);
    },
  ),
];

export const logSucceeded: Suite = { chapter: '08-activity-log', checks };

/** Chapter 9. */
export const statusSucceeded: Suite = {
  chapter: '09-status',
  checks: [
    check(
      'MDT-STA-008',
      'successor',
      'STATUSes of a successor come by the time that the one before names',
      { quote: 'MUST serve its next STATUS by `next_due`', ...options },
      ({ seen }) => {
        const { look } = underSuccessor(seen.canary);
        const all = someStatuses(look).map(({ document }) => document);
        const own = all.filter(({ record }) => record === all.at(-1)?.record);
        comeInTime(own, look);
      },
    ),
  ],
};
