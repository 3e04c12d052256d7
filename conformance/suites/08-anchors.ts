/** Chapter 8, anchors: the lineage carries roots that are served, each once and in their order, and goes on beating. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { secondsOf } from '../oracle/activity-root.ts';
import type { ChainTransaction } from '../world/chain-index.ts';
import type { LogLook } from '../world/scenes/log-looking.ts';
import type { Glimpse } from '../world/scenes/glimpses.ts';
import type { LogReorganisedSeen } from '../world/scenes/log-reorganised.ts';
import { anchorsOf } from './anchor-view.ts';
import { anchorsOfKind, readAnchor } from './lineage-view.ts';
import { digestOf, lastLook, recordAt, rootsAt } from './log-view.ts';

const STATUS = 0x02;
const ACTIVITY_ROOT = 0x03;
/**
 * From when both the root is due and the anchor before is mined to a root that is handed over. A machine that is slow shows in
 * its roots: by what they come later than their periods end a heartbeat may be late, too.
 */
const PROMPT_S = 3;
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
    {
      quote: 'MUST hand its newest root to its node as an ACTIVITY_ROOT once the root that it anchored last',
      scenes: ['log-reorganised'],
    },
    ({ seen, evidence }) => {
      const { beating } = seen['log-reorganised'];
      if (!beating) throw new Untestable('the target was not born');
      const { anchor_period_seconds: period } = recordAt(beating.look).policy;
      const beats = beatsOf(beating);
      evidence('when heartbeats were due, and when they came', beats);
      for (const { due, came, seq, slow } of beats) {
        const waited = (came ?? beating.look.from / 1_000) - due;
        holds(waited <= PROMPT_S + slow, `root ${String(seq)}, or a later one, was due and was not anchored`, {
          expected: `an ACTIVITY_ROOT ${String(period)} s after the one before, with at most ${String(PROMPT_S + slow)} s to hand it over`,
          got: came === undefined ? `none for ${String(waited)} s` : `one after ${String(waited)} s`,
        });
      }
      holds(
        beats.some(({ came }) => came !== undefined),
        'no root was ever anchored',
        { expected: 'heartbeats', got: 'none' },
      );
      isNewest(beating);
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
  check(
    'MDT-LOG-026',
    'tripped',
    'heartbeats go on when a STATUS that told of a code is anchored',
    {
      quote: 'once the root that it anchored last ended `policy.anchor_period_seconds` or more before it',
      scenes: ['canary'],
      feature: 'status',
    },
    ({ seen }) => {
      const { tripped } = seen.canary;
      if (!tripped) throw new Untestable('the target was not born');
      const status = tripped.findLastIndex((tx) => anchorsOfKind([tx], STATUS).length > 0);
      if (status < 0) throw new Untestable('no STATUS was anchored (MDT-STA-014)');
      holds(anchorsOfKind(tripped.slice(status), ACTIVITY_ROOT).length > 0, 'no heartbeat came after the STATUS', {
        expected: 'an ACTIVITY_ROOT within three anchor periods, while blocks come',
        got: tripped.slice(status).map(({ txid }) => txid),
      });
    },
  ),
];

/** Times in seconds since 1970, by the clock and not the chain's. */
interface Beat {
  /** The first root that was to be anchored, and when it could be. */
  readonly seq: number;
  readonly due: number;
  /** The end of the period of the root that was anchored. */
  readonly came?: number;
  /** How long after its period a root between the two came at the most. */
  readonly slow: number;
}

/** What was due, one heartbeat after the other, as far as the one before was seen to be mined. */
function beatsOf({ look, glimpses, anchors }: NonNullable<LogReorganisedSeen['beating']>): Beat[] {
  const { anchor_period_seconds: period } = recordAt(look).policy;
  const roots = rootsAt(look).map(({ document }) => {
    const cameAt = timeOf(glimpses, ({ newestRoot = -1 }) => newestRoot >= document.seq);
    return { seq: document.seq, end: secondsOf(document.period_end), digest: digestOf(document), cameAt };
  });
  const anchored = anchorsOfKind(anchors, ACTIVITY_ROOT).flatMap((tx) => {
    const root = roots.find(({ digest }) => digest === digestIn(tx));
    return root ? [{ root, minedAt: timeOf(glimpses, ({ tip }) => tip >= (tx.block?.height ?? Infinity)) }] : [];
  });
  const beats: Beat[] = [];
  for (let index = 0; index <= anchored.length; index += 1) {
    const before = anchored[index - 1];
    if (before && before.minedAt === undefined) break; // the newest, which waits
    const first = before ? roots.find(({ end }) => end - before.root.end >= period) : roots[0];
    if (!first) break;
    const came = anchored[index]?.root;
    const between = roots.filter(({ seq }) => seq >= first.seq && seq <= (came?.seq ?? Infinity));
    const slow = Math.max(0, ...between.map(({ end, cameAt }) => (cameAt ?? end) - end));
    const due = Math.max(first.end, before?.minedAt ?? 0);
    beats.push({ seq: first.seq, due, ...(came && { came: came.end }), slow });
  }
  return beats;
}

/** What was handed over after the block of the anchor before it is no older than what was served a while before that block. */
function isNewest({ look, anchors, held }: NonNullable<LogReorganisedSeen['beating']>): void {
  if (!held) return; // no heartbeat waited for its block: none came, or another one was unconfirmed (MDT-LIN-015)
  const roots = rootsAt(look).map(({ document }) => digestOf(document));
  const anchored = anchorsOfKind(anchors, ACTIVITY_ROOT);
  const next = anchored[anchored.findIndex(({ txid }) => txid === held.txid) + 1];
  const seq = next ? roots.indexOf(digestIn(next)) : -1;
  if (seq < 0) return; // none yet, or none that is served (MDT-LOG-024)
  holds(seq >= held.newestRoot, 'the root that was anchored was not the newest any more', {
    expected: `root ${String(held.newestRoot)}, which was served before the anchor could be handed over, or a later one`,
    got: `root ${String(seq)}`,
  });
}

/** When something was seen first. */
function timeOf(glimpses: readonly Glimpse[], isSo: (glimpse: Glimpse) => boolean): number | undefined {
  const found = glimpses.find(isSo);
  return found && found.at / 1_000;
}

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
