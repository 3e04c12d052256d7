/** Chapter 9, how the canary of a relay reaches the chain: by STATUS anchors of their own, and no more of them than it takes. */
import type { Status } from '../../reference/gen/schemas.ts';
import { check, type Suite } from '../kit/check.ts';
import { holds, Untestable } from '../kit/expect.ts';
import { secondsOf } from '../oracle/activity-root.ts';
import type { RelayCanarySeen } from '../world/scenes/relay-canary.ts';
import { anchorsOfKind, readAnchor } from './lineage-view.ts';
import { digestOf, someStatuses } from './log-view.ts';

const STATUS = 0x02;
const scenes = ['relay-canary'] as const;
/** Blocks come each half second; an anchor that waits for one, and for the one before it, waits no longer. */
const SLACK_SECONDS = 4;

export const relayStatusAnchors: Suite = {
  chapter: '09-status',
  checks: [
    check(
      'MDT-STA-016',
      'heartbeat',
      'a STATUS is anchored each anchor period, the first one soon',
      {
        quote: 'MUST hand its newest STATUS to its node as a STATUS anchor once the one that it anchored last',
        scenes,
      },
      ({ seen }) => {
        const { statuses, anchored, until, period } = seenOf(seen['relay-canary']);
        holds(anchored.length > 0, 'no STATUS was anchored', { expected: 'a STATUS anchor', got: 'none' });
        const last = anchored.at(-1);
        const due = secondsOf(last?.created ?? '') + period;
        const overdue = statuses.find(
          ({ created }) => secondsOf(created) >= due && secondsOf(created) + SLACK_SECONDS < until,
        );
        holds(overdue === undefined, `STATUS ${String(overdue?.seq)} was not anchored, nor one after it`, {
          expected: `a STATUS anchor of ${overdue?.created ?? ''} or later within ${String(SLACK_SECONDS)} s, blocks coming each 0.5 s`,
          got: `the last one is of STATUS ${String(last?.seq)}, of ${last?.created ?? ''}`,
        });
      },
    ),
    check(
      'MDT-STA-017',
      'patience',
      'no STATUS is anchored sooner than an anchor period after the one before',
      { quote: 'MUST NOT anchor a STATUS that lacks no code more than its predecessor', scenes, negative: true },
      ({ seen }) => {
        const { statuses, anchored, period } = seenOf(seen['relay-canary']);
        if (anchored.length === 0) throw new Untestable('no STATUS was anchored (MDT-STA-016)');
        for (const [index, one] of anchored.entries()) {
          const before = anchored[index - 1];
          const predecessor = statuses.find(({ seq }) => seq === one.seq - 1);
          const hasTripped = predecessor?.codes.some((code) => !one.codes.includes(code)) ?? false;
          if (!before || hasTripped) continue;
          const after = secondsOf(one.created) - secondsOf(before.created);
          holds(after >= period, `STATUS ${String(one.seq)} was anchored too soon after STATUS ${String(before.seq)}`, {
            expected: `at least ${String(period)} s between them`,
            got: `${String(after)} s`,
          });
        }
      },
    ),
  ],
};

interface Anchored {
  readonly statuses: readonly Status[];
  /** In the order of the lineage, the mempool at last. */
  readonly anchored: readonly Status[];
  /** Seconds since 1970. */
  readonly until: number;
  readonly period: number;
}

function seenOf({ look, descendants, configuration }: RelayCanarySeen): Anchored {
  if (!look) throw new Untestable('the relay was not born');
  const statuses = someStatuses(look).map(({ document }) => document);
  const digests = statuses.map(digestOf);
  const anchored = anchorsOfKind(descendants, STATUS).flatMap((tx) => {
    const payload = readAnchor(tx);
    return statuses[digests.indexOf(payload.digest ?? '')] ?? [];
  });
  return { statuses, anchored, until: look.from / 1_000, period: configuration.policy.anchor_period_seconds };
}
