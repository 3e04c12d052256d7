/** Verdicts of verdict.json on the chain, the block and the time that a STATUS names (MDT-STA-108 to -110). */
import type { BlockRef, HostedStatus, Status } from '../../reference/gen/schemas.ts';
import { hostedAt, SUCCEEDED } from './hosted-stages.ts';
import { blockHash, headerAt, medianTimePast, timeOf } from './recorded-headers.ts';
import { RECORD, RECORDS } from './recorded-proofs.ts';
import { FIRST, gave, inputOf, LAST, learnt, TIP, upTo, type Learnt, type Question } from './verdict-questions.ts';
import type { GroupBuilder } from './vector-builder.ts';
import { statuses, type StatusPlan } from './written-series.ts';

const NOWHERE = '5e'.repeat(32);
/** Blocks upon the freshness block that come after the writing. */
const AFTER = 168;

export function blockAt(height: number): BlockRef {
  return { height, hash: blockHash(headerAt(height)) };
}

export function datedCanaries(group: GroupBuilder): void {
  const asked = (
    requirements: [string, ...string[]],
    comment: string,
    plans: StatusPlan[],
    expected: Learnt | 'MDT_SOURCE',
    more: Question = {},
  ): void => {
    const question = { hosted: FIRST, canary: { known: [] }, statuses: statuses(...plans), ...more };
    const told = expected === 'MDT_SOURCE' ? { verdict: 'UNKNOWN', code: expected } : learnt(expected);
    group.valid({ comment, flags: ['Canary'], requirements, input: inputOf(question) }, told);
  };
  const at = timeOf(headerAt(TIP));
  const plan = (says: Partial<Status>, created = at - 3_600): StatusPlan => ({ at: created, says });
  const alive: Learnt = { verdict: 'ACTIVE' };
  const elsewhere: Learnt = { verdict: 'TRIPPED', code: 'MDT_WRONG_CHAIN' };
  const misdated: Learnt = { verdict: 'TRIPPED', code: 'MDT_FRESHNESS' };
  const { chain } = RECORD;
  chains();
  blocks();
  times();
  records();

  function chains(): void {
    const requirements: [string] = ['MDT-STA-108'];
    const genesis = plan({ chain: { ...chain, genesis: NOWHERE, checkpoint: { height: 2016, hash: NOWHERE } } });
    asked(requirements, 'of another chain', [genesis], elsewhere);
    asked(requirements, 'of another chain, and one after it of this one', [genesis, { at: at - 60 }], elsewhere);
    const of = (checkpoint: BlockRef): StatusPlan => plan({ chain: { ...chain, checkpoint } });
    asked(requirements, 'another block than the genesis at height 0', [of({ height: 0, hash: NOWHERE })], elsewhere);
    asked(
      requirements,
      'another block at the height of its checkpoint',
      [of({ height: 100, hash: NOWHERE })],
      elsewhere,
    );
    asked(requirements, 'a block of the chain as its checkpoint', [of(blockAt(100))], alive);
    const known = { canary: { known: statuses(genesis) }, statuses: [] as HostedStatus[] };
    asked(['MDT-STA-108', 'MDT-STA-107'], 'of another chain, known and left out', [], elsewhere, known);
  }

  function blocks(): void {
    const requirements: [string, string] = ['MDT-STA-109', 'MDT-VER-111'];
    const of = (height: number, hash = NOWHERE): StatusPlan => plan({ freshness: { height, hash } });
    asked(requirements, 'its block is in the chain', [plan({ freshness: blockAt(130) })], alive);
    asked(requirements, 'another block is in the place of its block', [of(130)], misdated);
    asked(requirements, 'and the next one names a block of the chain', [of(130), { at: at - 60 }], misdated);
    asked(requirements, 'another block, as deep as the reader asks', [of(TIP - 5)], misdated);
    asked(requirements, 'another block, not as deep as the reader asks', [of(TIP - 4)], 'MDT_SOURCE');
    asked(requirements, 'its block is above the tip', [of(TIP + 1)], 'MDT_SOURCE');
    const tripped: Learnt = { verdict: 'TRIPPED', code: 'MDT_STATUS_CODE' };
    asked(
      ['MDT-STA-101'],
      'its block is above the tip, and a code is missing',
      [{ ...of(TIP + 1), lacks: ['GAG'] }],
      tripped,
    );
  }

  function times(): void {
    const requirements: [string] = ['MDT-STA-110'];
    const long = { sources: [upTo(LAST)] };
    const whole = (more: Learnt): Learnt => ({ ...more, tip: LAST, sources: [gave(LAST)] });
    const of = (height: number, created: number): StatusPlan => plan({ freshness: blockAt(height) }, created);
    const old = LAST - AFTER;
    asked(requirements, 'dated as its block', [of(130, medianTimePast(130))], alive);
    asked(requirements, 'dated a second before its block', [of(130, medianTimePast(130) - 1)], misdated);
    asked(requirements, 'dated as the 168th block upon its block', [of(old, medianTimePast(LAST))], whole(alive), long);
    asked(requirements, 'dated a second later', [of(old, medianTimePast(LAST) + 1)], whole(misdated), long);
    asked(
      requirements,
      'the same before that block is there',
      [of(old + 1, medianTimePast(LAST) + 1)],
      whole(alive),
      long,
    );
  }

  /** What is of a record that was succeeded is past. */
  function records(): void {
    const [, successor] = RECORDS;
    if (!successor) throw new Error('no successor');
    const question = { hosted: hostedAt(SUCCEEDED), sources: [upTo(147)] };
    const learnt: Learnt = { ...alive, record: successor, anchored: 141, tip: 147, settled: 2 };
    const begun = timeOf(headerAt(146));
    const past = plan({ freshness: { height: 130, hash: NOWHERE } });
    asked(['MDT-STA-109'], 'of a record that was succeeded', [past, { at: begun, record: 1 }], learnt, question);
  }
}
