/** Chapters 8 and 9 after the end: an entity that has retired enters and states nothing more, and shows what it has. */
import { check, type Suite } from '../kit/check.ts';
import { equal, Untestable } from '../kit/expect.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';
import type { RetiredSeen } from '../world/scenes/retired.ts';
import { isCheckpoint } from './08-log.ts';
import { served } from './http-view.ts';
import { isEnvelope, looksOf } from './log-view.ts';
import { anchorOfKind, RETIRE } from './lineage-view.ts';
import { areSigned } from './root-rules.ts';

const options = { scenes: ['retired'], feature: 'retire' } as const;

/** Right after the end, and in the next life. */
function afterTheEnd(seen: RetiredSeen, judge: (look: LogLook) => void): void {
  anchorOfKind(seen, RETIRE, 'RETIRE');
  const looks = looksOf(seen);
  looks.forEach(judge);
  if (looks.length < 2) throw new Untestable('the target did not live to be restarted');
}

export const logRetired: Suite = {
  chapter: '08-activity-log',
  checks: [
    check(
      'MDT-LOG-007',
      'retired',
      'the checkpoint is served after the end',
      { ...options, quote: 'MUST answer `GET` of *Log*`/checkpoint` with a checkpoint' },
      ({ seen }) =>
        afterTheEnd(seen.retired, (look) => {
          const answer = served(look.checkpoint, 'the checkpoint');
          equal(answer.status, 200, 'the status of the checkpoint');
          isCheckpoint(answer.body, look);
        }),
    ),
    check(
      'MDT-LOG-010',
      'retired',
      'every tile and bundle is served after the end',
      { ...options, quote: 'MUST serve each tile and each entry bundle of the tree of its newest checkpoint' },
      ({ seen }) =>
        afterTheEnd(seen.retired, ({ tiles }) => {
          if (Object.keys(tiles).length === 0) throw new Untestable('there is no tile: nothing was entered');
          for (const [path, result] of Object.entries(tiles))
            equal(served(result, path).status, 200, `the status of ${path}`);
        }),
    ),
    check(
      'MDT-LOG-022',
      'retired',
      'the roots are served after the end',
      { ...options, quote: 'MUST answer `GET` of *Log*`/root` with its newest root' },
      ({ seen }) =>
        afterTheEnd(seen.retired, (look) => {
          isEnvelope(look.roots.newest, 'activity_root', 'the newest root');
          for (const [seq, result] of look.roots.each.entries())
            isEnvelope(result, 'activity_root', `root ${String(seq)}`);
          areSigned(look);
        }),
    ),
  ],
};

/** Chapter 9. */
export const canaryRetired: Suite = {
  chapter: '09-status',
  checks: [
    check(
      'MDT-STA-010',
      'retired',
      'every STATUS is served after the end',
      { ...options, quote: 'MUST answer `GET` of *Status* with its newest STATUS' },
      ({ seen }) =>
        afterTheEnd(seen.retired, ({ statuses }) => {
          isEnvelope(statuses.newest, 'status', 'the newest STATUS');
          for (const [seq, result] of statuses.each.entries()) isEnvelope(result, 'status', `STATUS ${String(seq)}`);
        }),
    ),
  ],
};
