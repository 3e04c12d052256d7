/** Chapter 8, roots: every period has its signed root, which follows from the one before and from the entries. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds } from '../kit/expect.ts';
import { secondsOf } from '../oracle/activity-root.ts';
import { mediaType, served } from './http-view.ts';
import { given } from './grpc-view.ts';
import {
  digestOf,
  isAmong,
  isDocument,
  isEnvelope,
  isOfItsNumber,
  lastLook,
  looksOf,
  recordAt,
  rootsAt,
  someRoots,
  statusesAt,
} from './log-view.ts';
import {
  areAllThere,
  areOfEntries,
  areSigned,
  countEntries,
  endAtMultiples,
  follow,
  patienceOf,
  stay,
} from './root-rules.ts';

/** The second that is in no clock. */
const TICK_S = 1;
/** From when it is dated to when it is there, at the most, and what a time of RFC 3339 leaves out. */
const WRITING_MS = 2_000;
const scenes = ['logging'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-LOG-017',
    'size',
    'each root counts the entries before the end of its period, and no others',
    {
      quote: '`tree_size` of a root MUST be the number of entries whose `time` is earlier than its `period_end`',
      scenes,
    },
    ({ seen }) => countEntries(lastLook(seen.logging)),
  ),
  check(
    'MDT-LOG-018',
    'root',
    'each root is that of the entries that are served',
    { quote: '`root` MUST be the root of the tree of `tree_size` entries that is served', scenes },
    ({ seen }) => areOfEntries(lastLook(seen.logging)),
  ),
  check(
    'MDT-LOG-019',
    'periods',
    'each period ends at the next multiple of its length',
    { quote: 'MUST be the first multiple of `policy.log_period_seconds` later than its `period_start`', scenes },
    ({ seen }) => endAtMultiples(lastLook(seen.logging)),
  ),
  check(
    'MDT-LOG-020',
    'follows',
    'each root follows from the one before, over a kill and an outage',
    { quote: '`seq` of a root MUST be one more than that of the root before it', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      follow(look);
      const { log_period_seconds: period } = recordAt(look).policy;
      const { period_start: start = '' } = rootsAt(look)[0]?.document ?? {};
      const first = secondsOf(start);
      holds(
        first % period === 0 && first * 1_000 <= (seen.logging.readyAt ?? Infinity),
        'the first period begins elsewhere',
        {
          expected: `a multiple of ${String(period)} s, not later than the first ready`,
          got: start,
          field: '/activity_root/period_start',
        },
      );
    },
  ),
  check(
    'MDT-LOG-020',
    'stays',
    'a root that was served is never another one later',
    { quote: '`previous` the digest of that root', scenes },
    ({ seen }) => stay(looksOf(seen.logging)),
  ),
  check(
    'MDT-LOG-021',
    'every-period',
    'every period that ended has its root, also one without entries',
    { quote: 'MUST serve the root of every period that has ended since its first one, an empty one too', scenes },
    ({ seen }) => looksOf(seen.logging).forEach(areAllThere),
  ),
  check(
    'MDT-LOG-021',
    'written',
    'no root is written before its period ends, nor long after while the target and its node are there',
    { quote: 'not before its end and at most the longer of one period and 15 s after it', scenes },
    ({ seen }) => {
      const [look] = looksOf(seen.logging); // nothing was interrupted before it
      if (!look) return;
      for (const { document } of someRoots(look)) {
        const [created, end] = [secondsOf(document.created), secondsOf(document.period_end)];
        // `created` is the median time past where that is later (MDT-DOC-016), so it is no proof of being late by itself.
        holds(created >= end, `root ${String(document.seq)} was written before its period ended`, {
          expected: `not before ${document.period_end}`,
          got: document.created,
          field: '/activity_root/created',
        });
      }
      const newest = someRoots(look).at(-1)?.document;
      holds(
        secondsOf(newest?.period_end ?? '') * 1_000 <= look.until + TICK_S * 1_000,
        'a period ended in the future',
        {
          expected: `at most ${new Date(look.until).toISOString()}`,
          got: newest?.period_end,
        },
      );
      const late = look.from / 1_000 - secondsOf(newest?.period_end ?? '');
      const most = patienceOf(look) + recordAt(look).policy.log_period_seconds;
      holds(late <= most, 'the newest root is late', {
        expected: `at most ${String(most)} s old`,
        got: late,
      });
    },
  ),
  check(
    'MDT-LOG-034',
    'not-dated-back',
    'no root is dated back to before it was seen to be missing',
    { quote: '`created` of a root MUST NOT be earlier than the second', scenes, negative: true },
    ({ seen }) => {
      const { glimpses } = seen.logging;
      const roots = someRoots(lastLook(seen.logging));
      for (const { at, newestRoot = Infinity } of glimpses)
        for (const { document } of roots.slice(newestRoot + 1))
          holds(secondsOf(document.created) * 1_000 >= at - WRITING_MS, `root ${String(document.seq)} is dated back`, {
            expected: `not before ${new Date(at).toISOString()}, when it was not yet there`,
            got: document.created,
            field: '/activity_root/created',
          });
    },
  ),
  check(
    'MDT-LOG-022',
    'served',
    'the newest root and each before it are served, signed by keys.anchor',
    { quote: 'MUST answer `GET` of *Log*`/root` with its newest root', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.logging)) {
        const answer = served(look.roots.newest, 'the newest root');
        equal(answer.status, 200, 'the status of the newest root');
        equal(mediaType(answer), 'application/json', 'the media type of the newest root');
        isEnvelope(look.roots.newest, 'activity_root', 'the newest root');
        isOfItsNumber(look.roots, 'activity_root');
        for (const [seq, result] of look.roots.each.entries())
          isEnvelope(result, 'activity_root', `root ${String(seq)}`);
        areSigned(look);
      }
    },
  ),
  check(
    'MDT-LOG-022',
    'grpc',
    'GetActivityRoot answers the same documents',
    { quote: '`/root/<seq>`, in decimal without leading zeros, with each root that it has served', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const roots = someRoots(look);
      for (const { seq, result } of look.roots.grpcEach) {
        const { activityRoot, sha256, signature } = given(result, `GetActivityRoot of ${String(seq)}`);
        isDocument(activityRoot, [sha256, signature], roots[seq], `root ${String(seq)} by gRPC`);
      }
      const newest = given(look.roots.grpcNewest, 'GetActivityRoot');
      isAmong(newest.activityRoot, [newest.sha256, newest.signature], roots, {
        ...{ earlier: look.roots.earlier, member: 'activity_root', what: 'the root by gRPC' },
      });
    },
  ),
  check(
    'MDT-LOG-023',
    'status',
    'each root names a STATUS that is served',
    { quote: '`status_digest` MUST be the digest of a STATUS that the entity serves', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const digests = statusesAt(look).map(({ document }) => digestOf(document));
      for (const { document } of someRoots(look))
        holds(digests.includes(document.status_digest), `root ${String(document.seq)} names no STATUS`, {
          expected: `one of ${String(digests.length)} that are served`,
          got: document.status_digest,
          field: '/activity_root/status_digest',
        });
    },
  ),
];

export const activityRoots: Suite = { chapter: '08-activity-log', checks };
