/** Chapter 8, anchors: the lineage carries roots that are served, each once and in their order, and goes on beating. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { secondsOf } from '../oracle/activity-root.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';
import { anchorsOf } from './anchor-view.ts';
import { anchorsOfKind, readAnchor } from './lineage-view.ts';
import { digestOf, lastLook, looksOf, recordAt, rootsAt } from './log-view.ts';

const ACTIVITY_ROOT = 0x03;
/** The second that is in no clock. */
const TICK_S = 1;
const scenes = ['logging'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-LOG-024',
    'anchored',
    'each ACTIVITY_ROOT carries the digest of a root that is served',
    { quote: 'Each ACTIVITY_ROOT of a lineage MUST carry the digest of a root that the entity serves', scenes },
    ({ seen }) => carriesServed(seen.logging.descendants, lastLook(seen.logging)),
  ),
  check(
    'MDT-LOG-024',
    'reorganised',
    'so do those after a reorganisation',
    { quote: 'MUST carry the digest of a root that the entity serves', scenes: ['log-reorganised'] },
    ({ seen }) => {
      const { look, descendants } = seen['log-reorganised'];
      if (!look) throw new Untestable('no ACTIVITY_ROOT was reorganised: none was mined');
      carriesServed(descendants, look);
    },
  ),
  check(
    'MDT-LOG-025',
    'once',
    'no root is anchored twice, nor after a later one',
    { quote: 'MUST NOT anchor a root after one with a higher `seq`, nor one root twice', scenes, negative: true },
    ({ seen }) => inOrder(seen.logging.descendants, lastLook(seen.logging)),
  ),
  check(
    'MDT-LOG-025',
    'reorganised',
    'a root that a reorganisation took out is anchored once on the new branch',
    {
      quote: 'MUST NOT anchor a root after one with a higher `seq`, nor one root twice',
      scenes: ['log-reorganised'],
      negative: true,
    },
    ({ seen }) => {
      const { look, taken, descendants } = seen['log-reorganised'];
      if (!look || !taken) throw new Untestable('no ACTIVITY_ROOT was reorganised: none was mined');
      inOrder(descendants, look);
      const again = anchorsOf(descendants).filter((tx) => payloadHex(tx) === payloadHex(taken));
      equal(again.length, 1, 'anchors with the payload of the one that was taken out');
    },
  ),
  check(
    'MDT-LOG-026',
    'heartbeat',
    'the newest root is anchored each anchor period',
    { quote: 'MUST hand its newest root to its node as an ACTIVITY_ROOT once the root that it anchored last', scenes },
    ({ seen, evidence }) => {
      const [first] = looksOf(seen.logging);
      if (!first) return;
      const { anchor_period_seconds: period } = recordAt(first).policy;
      const roots = rootsAt(lastLook(seen.logging));
      const ends = anchorsOfKind(seen.logging.descendants, ACTIVITY_ROOT).flatMap((tx) => {
        const found = roots.find(({ document }) => digestOf(document) === digestIn(tx));
        return found ? [secondsOf(found.document.period_end)] : [];
      });
      evidence('period ends of anchored roots', ends);
      const since = secondsOf(roots[0]?.document.period_end ?? '');
      // Of the time before the first look, in which neither target nor node was away.
      const until = first.from / 1_000;
      const most = 2 * (period + Math.max(recordAt(first).policy.log_period_seconds, 1)) + TICK_S;
      const anchored = [since, ...ends.filter((end) => end <= until), until];
      for (const [index, end] of anchored.slice(1).entries())
        holds(end - (anchored[index] ?? end) <= most, 'a heartbeat is missing', {
          expected: `an ACTIVITY_ROOT each ${String(period)} s, and at most ${String(most)} s apart`,
          got: `${String(end - (anchored[index] ?? end))} s without one`,
        });
      holds(ends.length > 0, 'no root was ever anchored', { expected: 'heartbeats', got: 'none' });
    },
  ),
  check(
    'MDT-LOG-026',
    'resumes',
    'heartbeats go on after a kill and an outage of the node',
    { quote: 'once the root that it anchored last ended `policy.anchor_period_seconds` or more before it', scenes },
    ({ seen }) => {
      const { resumed } = seen.logging;
      if (!resumed) throw new Untestable('it did not come back after the kill (MDT-TGT-005)');
      holds(anchorsOfKind(resumed, ACTIVITY_ROOT).length > 0, 'no heartbeat came after the outage', {
        expected: 'an ACTIVITY_ROOT within two anchor periods',
        got: resumed.map(({ txid }) => txid),
      });
    },
  ),
];

function payloadHex(tx: ChainTransaction): string {
  return JSON.stringify(readAnchor(tx));
}

function digestIn(tx: ChainTransaction): string {
  const payload = readAnchor(tx);
  return 'digest' in payload ? payload.digest : '';
}

/** Whatever is anchored after the last look stands for a root that nobody has seen. */
function carriesServed(descendants: readonly ChainTransaction[], look: LogLook): void {
  const digests = rootsAt(look).map(({ document }) => digestOf(document));
  const anchors = anchorsOfKind(descendants, ACTIVITY_ROOT);
  if (anchors.length === 0) throw new Untestable('no ACTIVITY_ROOT was anchored (MDT-LOG-026)');
  const last = Math.max(
    0,
    anchors.findLastIndex((tx) => digests.includes(digestIn(tx))),
  );
  for (const tx of anchors.slice(0, last + 1))
    holds(digests.includes(digestIn(tx)), `${tx.txid} stands for no root that is served`, {
      expected: `the digest of one of ${String(digests.length)} roots`,
      got: digestIn(tx),
    });
}

function inOrder(descendants: readonly ChainTransaction[], look: LogLook): void {
  const roots = rootsAt(look).map(({ document }) => digestOf(document));
  const seqs = anchorsOfKind(descendants, ACTIVITY_ROOT).map((tx) => roots.indexOf(digestIn(tx)));
  const known = seqs.filter((seq) => seq >= 0);
  if (known.length === 0) throw new Untestable('no root that is served was anchored (MDT-LOG-024, MDT-LOG-026)');
  for (const [index, seq] of known.entries())
    holds(index === 0 || seq > (known[index - 1] ?? -1), 'a root is anchored twice, or after a later one', {
      expected: `a root after ${String(known[index - 1])}`,
      got: seq,
    });
}

export const logAnchors: Suite = { chapter: '08-activity-log', checks };
