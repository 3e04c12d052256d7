/** Chapters 8 and 9 before the birth: there is no log and no canary yet, and that is not the same as none. */
import { check, type Suite } from '../kit/check.ts';
import { equal, Untestable } from '../kit/expect.ts';
import { isRefused } from './grpc-view.ts';
import { problemOf, served } from './http-view.ts';
import { lastLook } from './log-view.ts';
import type { CanarySeen } from '../world/scenes/canary.ts';
import type { UnreadySeen } from '../world/scenes/unready-log.ts';

/** UNAVAILABLE of gRPC. */
const REFUSED = { code: 14, reason: 'MDT_NOT_READY' };
const options = { scenes: ['canary'], negative: true } as const;

function areNotReady(seen: CanarySeen, part: keyof UnreadySeen): void {
  lastLook(seen); // one that is born serves them
  const unready = seen.unready?.[part];
  if (!unready) throw new Untestable('one that is not born did not listen, or the record names no place for it');
  for (const [path, result] of Object.entries(unready.http)) {
    const answer = served(result, path);
    equal(answer.status, 503, `the status of ${path}`);
    equal(problemOf(answer)['code'], 'MDT_NOT_READY', `the code of ${path}`, '/code');
  }
  for (const [call, result] of Object.entries(unready.grpc)) isRefused(result, call, REFUSED);
}

export const logUnready: Suite = {
  chapter: '08-activity-log',
  checks: [
    check(
      'MDT-LOG-033',
      'not-ready',
      'the log of an entity that is not born is not ready',
      { ...options, quote: 'with 503 or UNAVAILABLE and the code `MDT_NOT_READY`' },
      ({ seen }) => areNotReady(seen.canary, 'log'),
    ),
  ],
};

/** Chapter 9. */
export const canaryUnready: Suite = {
  chapter: '09-status',
  checks: [
    check(
      'MDT-STA-019',
      'not-ready',
      'the canary of an entity that is not born is not ready',
      { ...options, quote: 'with 503 or UNAVAILABLE and the code `MDT_NOT_READY`' },
      ({ seen }) => areNotReady(seen.canary, 'status'),
    ),
  ],
};
