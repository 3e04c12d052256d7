/** Chapter 8, roots: every period has its signed root, which follows from the one before and from the entries. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { secondsOf, timeOf } from '../oracle/activity-root.ts';
import { verifies } from '../oracle/signature.ts';
import { mediaType, served } from './http-view.ts';
import { given } from './grpc-view.ts';
import {
  digestOf,
  entityOf,
  entriesAt,
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
import { leafHash, treeRoot } from '../oracle/log-tree.ts';

/** What MDT-LOG-021 leaves after the end of a period, and the second that is in no clock. */
const ROOT_S = 15;
const TICK_S = 1;
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
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const times = entriesAt(look).map(timeOf);
      for (const { document } of someRoots(look))
        equal(
          document.tree_size,
          times.filter((time) => time < secondsOf(document.period_end)).length,
          `tree_size of root ${String(document.seq)}`,
          '/activity_root/tree_size',
        );
    },
  ),
  check(
    'MDT-LOG-018',
    'root',
    'each root is that of the entries that are served',
    { quote: '`root` MUST be the root of the tree of `tree_size` entries that is served', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const leaves = entriesAt(look).map(leafHash);
      for (const { document } of someRoots(look)) {
        if (document.tree_size > leaves.length) throw new Untestable('a root counts more entries (MDT-LOG-017)');
        equal(
          document.root,
          treeRoot(leaves.slice(0, document.tree_size)).toString('hex'),
          `root ${String(document.seq)}`,
          '/activity_root/root',
        );
      }
    },
  ),
  check(
    'MDT-LOG-019',
    'periods',
    'each period ends at the next multiple of its length',
    { quote: 'MUST be the first multiple of `policy.log_period_seconds` later than its `period_start`', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const { log_period_seconds: period } = recordAt(look).policy;
      for (const { document } of someRoots(look)) {
        const start = secondsOf(document.period_start);
        equal(
          secondsOf(document.period_end),
          (Math.floor(start / period) + 1) * period,
          `the end of period ${String(document.seq)}`,
          '/activity_root/period_end',
        );
      }
    },
  ),
  check(
    'MDT-LOG-020',
    'follows',
    'each root follows from the one before, over a kill and an outage',
    { quote: '`seq` of a root MUST be one more than that of the root before it', scenes },
    ({ seen }) => {
      const look = lastLook(seen.logging);
      const entity = entityOf(look);
      const { log_period_seconds: period } = recordAt(look).policy;
      const roots = someRoots(look);
      for (const [index, { document }] of roots.entries()) {
        const before = roots[index - 1];
        const { entity_id, seq, previous, period_start } = document;
        const expected = {
          ...{ entity_id: entity, seq: index },
          previous: before ? digestOf(before.document) : entity,
          period_start: before?.document.period_end ?? period_start,
        };
        equal({ entity_id, seq, previous, period_start }, expected, `root ${String(index)}`, '/activity_root');
      }
      const first = secondsOf(roots[0]?.document.period_start ?? '');
      holds(
        first % period === 0 && first * 1_000 <= (seen.logging.readyAt ?? Infinity),
        'the first period begins elsewhere',
        {
          expected: `a multiple of ${String(period)} s, not later than the first ready`,
          got: roots[0]?.document.period_start,
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
    ({ seen }) => {
      const looks = looksOf(seen.logging);
      const last = rootsAt(lastLook(seen.logging));
      for (const look of looks.slice(0, -1))
        for (const [seq, { document }] of rootsAt(look).entries())
          equal(last[seq] && digestOf(last[seq].document), digestOf(document), `the digest of root ${String(seq)}`);
    },
  ),
  check(
    'MDT-LOG-021',
    'every-period',
    'every period that ended has its root, also one without entries',
    { quote: 'MUST serve the root of every period that has ended since its first one, an empty one too', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.logging)) {
        const { log_period_seconds: period } = recordAt(look).policy;
        const newest = someRoots(look).at(-1)?.document;
        const due = look.from / 1_000 - Math.max(period, ROOT_S) - period;
        holds(newest !== undefined && secondsOf(newest.period_end) >= due, 'the root of a period is missing', {
          expected: `roots up to ${new Date(due * 1_000).toISOString()}`,
          got: newest?.period_end ?? 'none',
          field: '/activity_root/period_end',
        });
      }
    },
  ),
  check(
    'MDT-LOG-021',
    'written',
    'no root is written before its period ends, nor long after while the target and its node are there',
    { quote: 'not before its end and at most the longer of one period and 15 s after it', scenes },
    ({ seen }) => {
      const [look] = looksOf(seen.logging); // nothing was interrupted before it
      if (!look) return;
      const { log_period_seconds: period } = recordAt(look).policy;
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
      holds(late <= Math.max(period, ROOT_S) + period, 'the newest root is late', {
        expected: `at most ${String(Math.max(period, ROOT_S) + period)} s old`,
        got: late,
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
        isOfItsNumber(look.roots, 'activity_root');
        for (const [seq, result] of look.roots.each.entries())
          isEnvelope(result, 'activity_root', `root ${String(seq)}`);
        const anchor = Buffer.from(recordAt(look).keys.anchor, 'hex');
        for (const { document, sha256, signature } of someRoots(look)) {
          const digest = Buffer.from(digestOf(document), 'hex');
          equal(sha256, digest.toString('hex'), `sha256 of root ${String(document.seq)}`, '/sha256');
          holds(
            verifies('MDT/1/milagro-activity-root', digest, Buffer.from(signature, 'hex'), anchor),
            `the signature of root ${String(document.seq)} does not verify`,
            { expected: 'a signature by keys.anchor', got: signature, field: '/signature' },
          );
        }
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
      isAmong(newest.activityRoot, [newest.sha256, newest.signature], roots, 'the root by gRPC');
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
