/** Roots of activity-root.json against the reader's own headers: chain, block and time (MDT-LOG-109 to -111). */
import type { ActivityRoot, HostedActivityRoot } from '../../reference/gen/schemas.ts';
import { blockAt } from './dated-canaries.ts';
import { ENTITY_ID } from './example-activity.ts';
import { headerAt, headersBetween, medianTimePast, rfc3339, timeOf } from './recorded-headers.ts';
import { RECORD } from './recorded-proofs.ts';
import { chainFrom, LAST } from './verdict-questions.ts';
import type { GroupBuilder } from './vector-builder.ts';
import { PERIOD, roots } from './written-series.ts';

const NOWHERE = '5e'.repeat(32);
/** The period of the hour in which the newest recorded block is. */
const START = Math.floor(timeOf(headerAt(LAST)) / PERIOD) * PERIOD - PERIOD;

export function datedRoots(group: GroupBuilder): void {
  const ask = (
    requirement: string,
    comment: string,
    says: Partial<ActivityRoot>,
    { code, tip = LAST }: { code?: string; tip?: number } = {},
  ): void => {
    const shown = roots(START, { entries: [], says });
    const input = {
      entity_id: ENTITY_ID.toString('hex'),
      records: [{ anchor: RECORD.keys.anchor, log_period_seconds: RECORD.policy.log_period_seconds }],
      roots: shown,
      chain: {
        ...chainFrom(0),
        headers: headersBetween(1, tip),
        confirmations: 6,
        now: rfc3339(timeOf(headerAt(LAST)) + 600),
      },
    };
    const about = { comment, flags: ['Age'], requirements: [requirement] as [string], input };
    if (code !== undefined) group.invalid(about, code);
    else group.valid(about, newest(shown));
  };
  const { chain } = RECORD;
  const [elsewhere, misdated] = ['MDT_WRONG_CHAIN', 'MDT_FRESHNESS'].map((code) => ({ code }));
  ask('MDT-LOG-109', 'of this chain', {});
  ask(
    'MDT-LOG-109',
    'of another chain',
    { chain: { ...chain, genesis: NOWHERE, checkpoint: { height: 2016, hash: NOWHERE } } },
    elsewhere,
  );
  ask(
    'MDT-LOG-109',
    'another block than the genesis at height 0',
    { chain: { ...chain, checkpoint: { height: 0, hash: NOWHERE } } },
    elsewhere,
  );
  ask(
    'MDT-LOG-109',
    'another block at the height of its checkpoint',
    { chain: { ...chain, checkpoint: { height: 100, hash: NOWHERE } } },
    elsewhere,
  );
  ask('MDT-LOG-110', 'its block is in the chain', { freshness: blockAt(LAST - 6) });
  ask(
    'MDT-LOG-110',
    'another block is in the place of its block',
    { freshness: { height: 130, hash: NOWHERE } },
    misdated,
  );
  ask(
    'MDT-LOG-110',
    'another block, as deep as the reader asks',
    { freshness: { height: LAST - 5, hash: NOWHERE } },
    misdated,
  );
  const [old, late] = [LAST - 168, medianTimePast(LAST)];
  const dated = (height: number, seconds: number): Partial<ActivityRoot> => ({
    freshness: blockAt(height),
    created: rfc3339(seconds),
  });
  ask('MDT-LOG-111', 'dated as its block', dated(160, medianTimePast(160)));
  ask('MDT-LOG-111', 'dated a second before its block', dated(160, medianTimePast(160) - 1), misdated);
  ask('MDT-LOG-111', 'dated as the 168th block upon its block', dated(old, late));
  ask('MDT-LOG-111', 'dated a second later', dated(old, late + 1), misdated);
  ask('MDT-LOG-111', 'the same before that block is there', dated(old, late + 1), { tip: LAST - 1 });
}

function newest(shown: HostedActivityRoot[]): Record<string, unknown> {
  const last = shown.at(-1);
  if (!last) throw new Error('no root');
  return { seq: last.activity_root.seq, sha256: last.sha256 };
}
