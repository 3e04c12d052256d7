/** Chapter 9, how a canary reaches the chain: by the roots, and by itself where something has triggered. Chapter 6, what heartbeats give way to. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { anchorsOfKind, readAnchor } from './lineage-view.ts';
import { digestOf, lastLook, rootsAt, someStatuses, wasTold } from './log-view.ts';

const STATUS = 0x02;
const SUCCESSOR = 0x04;
const scenes = ['canary'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-STA-013',
    'in-roots',
    'each root names the STATUS that was the newest when it was written',
    { quote: 'MUST name it, or one served later, in `status_digest`', scenes },
    ({ seen }) => {
      const look = lastLook(seen.canary);
      const statuses = someStatuses(look).map(({ document }) => document);
      const digests = statuses.map(digestOf);
      const roots = rootsAt(look);
      if (roots.length === 0) throw new Untestable('no root was served (MDT-LOG-022)');
      for (const { document } of roots) {
        const named = digests.indexOf(document.status_digest);
        // Of the same second nobody can say which came first.
        const newest = statuses.findLastIndex(({ created }) => created < document.created);
        holds(named >= newest, `root ${String(document.seq)} names an older STATUS`, {
          expected: `STATUS ${String(newest)} or a later one`,
          got: named < 0 ? document.status_digest : `STATUS ${String(named)}`,
          field: '/activity_root/status_digest',
        });
      }
    },
  ),
  check(
    'MDT-STA-014',
    'told',
    'what triggered is anchored, though a heartbeat waits',
    { quote: 'the digest of the first STATUS that lacks a code that the one before held', scenes, feature: 'status' },
    ({ seen }) => {
      const statuses = someStatuses(lastLook(seen.canary)).map(({ document }) => document);
      const { trip, descendants } = seen.canary;
      const tripping = wasTold(seen.canary, statuses);
      const anchors = anchorsOfKind([...descendants, ...(trip?.after ?? [])], STATUS);
      const carries = (tx: (typeof anchors)[number]): boolean => {
        const payload = readAnchor(tx);
        return 'digest' in payload && payload.digest === digestOf(tripping);
      };
      holds(anchors.some(carries), 'no STATUS was anchored with its digest', {
        expected: digestOf(tripping),
        got: anchors.map((tx) => readAnchor(tx)),
      });
      if (!trip?.heartbeat) throw new Untestable('no heartbeat waited (MDT-LOG-026)');
      holds(trip.after.some(carries), 'it waits behind a heartbeat', {
        expected: 'the STATUS in the mempool in place of the heartbeat',
        got: trip.after.map(({ txid }) => txid),
      });
    },
  ),
  check(
    'MDT-STA-014',
    'each',
    'so is whatever triggers later',
    { quote: 'the digest of the first STATUS that lacks a code that the one before held', scenes, feature: 'status' },
    ({ seen }) => {
      const statuses = someStatuses(lastLook(seen.canary)).map(({ document }) => document);
      const first = wasTold(seen.canary, statuses);
      if (seen.canary.answers[1]?.ok !== true) throw new Untestable('the target did not take what it was told at last');
      const told = anchorsOfKind(seen.canary.descendants, STATUS).map(readAnchor);
      const digests = told.map((payload) => ('digest' in payload ? payload.digest : ''));
      const tripping = statuses.filter(({ seq, record, codes }, index) => {
        const before = statuses[index - 1];
        return seq > first.seq && before?.record === record && before.codes.some((code) => !codes.includes(code));
      });
      if (tripping.length === 0) throw new Untestable('no STATUS lacks what triggered later (MDT-STA-007)');
      for (const each of tripping)
        holds(
          digests.includes(digestOf(each)),
          `no STATUS was anchored with the digest of number ${String(each.seq)}`,
          {
            expected: digestOf(each),
            got: digests,
          },
        );
    },
  ),
];

/** Chapter 6: what ends or changes an entity does not wait behind a heartbeat. */
export const heartbeatsGiveWay: Suite = {
  chapter: '06-life-of-a-lineage',
  checks: [
    check(
      'MDT-LIN-020',
      'replaces',
      'a SUCCESSOR takes the place of a heartbeat that waits',
      {
        quote: 'MUST replace an unconfirmed STATUS or ACTIVITY_ROOT by fee, spending the same continuation',
        scenes,
        feature: 'successor',
      },
      ({ seen }) => {
        const { succession } = seen.canary;
        if (!succession?.heartbeat) throw new Untestable('no heartbeat waited (MDT-LOG-026)');
        const { heartbeat, after } = succession;
        const [urgent] = anchorsOfKind(after, SUCCESSOR);
        holds(urgent !== undefined, 'the SUCCESSOR waits behind a heartbeat', {
          expected: 'a SUCCESSOR in the mempool',
          got: after.map(({ txid }) => txid),
        });
        const spent = (tx: typeof heartbeat | undefined): string =>
          `${tx?.vin[0]?.txid ?? ''}:${String(tx?.vin[0]?.vout)}`;
        equal(spent(urgent), spent(heartbeat), 'what input 0 of the SUCCESSOR spends', 'vin/0');
      },
    ),
  ],
};

export const statusAnchors: Suite = { chapter: '09-status', checks };
