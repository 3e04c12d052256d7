/** Verdicts of verdict.json where the canary is asked for: what becomes of VERIFIED, and what of the others (spec 9.3). */
import type { HostedStatus } from '../../reference/gen/schemas.ts';
import { RETIRED, withLink } from './hosted-stages.ts';
import { headerAt, medianTimePast, rfc3339, timeOf } from './recorded-headers.ts';
import { RECORD, RECORDED } from './recorded-proofs.ts';
import {
  bundleOf,
  FIRST,
  gave,
  inputOf,
  known,
  LAST,
  learnt,
  TIP,
  upTo,
  type Learnt,
  type Question,
} from './verdict-questions.ts';
import type { GroupBuilder } from './vector-builder.ts';
import { statuses } from './written-series.ts';

export function canaryVerdicts(group: GroupBuilder): void {
  const asked = (
    requirements: [string, ...string[]],
    comment: string,
    question: Question,
    expected: Record<string, unknown>,
  ): void => group.valid({ comment, flags: ['Canary'], requirements, input: inputOf(question) }, expected);
  const whole = (more: Learnt): Record<string, unknown> => learnt(more);
  const hosted = FIRST;
  const nothing: { known: HostedStatus[] } = { known: [] };
  const at = timeOf(headerAt(TIP));
  const shown = statuses({ at: at - 7_200 }, { at: at - 3_600 });
  const tripped = statuses({ at: at - 7_200 }, { at: at - 3_600, lacks: ['SUBP'] });
  const source = { verdict: 'UNKNOWN', code: 'MDT_SOURCE' };
  const trip = { verdict: 'TRIPPED', code: 'MDT_STATUS_CODE' };

  asked(
    ['MDT-STA-101', 'MDT-STA-103'],
    'alive',
    { hosted, canary: nothing, statuses: shown },
    whole({ verdict: 'ACTIVE' }),
  );
  asked(['MDT-STA-101'], 'a code is missing', { hosted, canary: nothing, statuses: tripped }, whole(trip));
  asked(
    ['MDT-STA-101'],
    'alive, from a bundle',
    {
      bundle: { ...bundleOf(hosted, TIP), statuses: shown.map((each) => JSON.stringify(each)) },
      canary: nothing,
      sources: [],
    },
    whole({ verdict: 'ACTIVE', sources: [gave(TIP, true, 'bundle')] }),
  );
  asked(
    ['MDT-STA-101'],
    'alive, and not asked for',
    { bundle: { ...bundleOf(hosted, TIP), statuses: tripped.map((each) => JSON.stringify(each)) }, sources: [] },
    whole({ sources: [gave(TIP, true, 'bundle')] }),
  );
  asked(['MDT-VER-102'], 'no STATUS came', { hosted, canary: nothing }, source);
  asked(['MDT-VER-102'], 'none is shown', { hosted, canary: nothing, statuses: [] }, source);
  asked(
    ['MDT-VER-102'],
    'a bundle without STATUSes',
    { bundle: bundleOf(hosted, TIP), canary: nothing, sources: [] },
    source,
  );
  asked(
    ['MDT-VER-102', 'MDT-STA-107'],
    'no STATUS came, and two are known',
    { hosted, canary: { known: shown } },
    whole({ verdict: 'ACTIVE' }),
  );
  asked(
    ['MDT-VER-102', 'MDT-STA-101', 'MDT-STA-107'],
    'one that no schema allows is shown, and a tripped one known',
    { hosted, canary: { known: tripped }, statuses: [{ ...shown[0], anchor: {} }] },
    whole(trip),
  );
  asked(
    ['MDT-VER-101'],
    'nobody is expected',
    { hosted, pins: [], canary: nothing, statuses: tripped },
    whole({ verdict: 'UNPINNED', code: 'MDT_UNPINNED', settled: undefined }),
  );
  asked(
    ['MDT-VER-109'],
    'another is expected',
    { hosted, pins: ['00'.repeat(32)], canary: nothing, statuses: tripped },
    { verdict: 'REJECTED', code: 'MDT_PIN' },
  );
  const ended = {
    record: RECORDED.successors[2]?.record ?? RECORD,
    anchored: RECORDED.successors[2]?.anchor.height ?? 0,
  };
  asked(
    ['MDT-VER-104'],
    'retired, whatever its canary says',
    { hosted: RETIRED, sources: [upTo(LAST)], canary: nothing, statuses: tripped },
    whole({ ...ended, tip: LAST, settled: 6, verdict: 'RETIRED', code: 'MDT_RETIRED' }),
  );
  lateness();
  broken();

  /** The reader's clock is behind the chain. */
  function lateness(): void {
    const median = medianTimePast(TIP);
    const expiring = (seconds: number): HostedStatus[] =>
      statuses({ at: median - 7_200, says: { next_due: rfc3339(median - 3_600), expires: rfc3339(seconds) } });
    const question = { hosted, canary: nothing, now: at - 7_000 };
    asked(
      ['MDT-STA-103', 'MDT-STA-106'],
      'expires with the median time past of the tip, by a clock that is behind',
      { ...question, statuses: expiring(median) },
      whole({ verdict: 'STALE', code: 'MDT_STATUS_STALE' }),
    );
    asked(
      ['MDT-STA-103'],
      'has expired by the median time past of the tip, by a clock that is behind',
      { ...question, statuses: expiring(median - 1) },
      whole({ verdict: 'TRIPPED', code: 'MDT_STATUS_EXPIRED' }),
    );
  }

  function broken(): void {
    const { retirement: _, ...open } = RETIRED;
    const after = withLink(open, 'STATUS after RETIRE');
    const remembered = [known(RECORD, RECORDED.status.txid)];
    const question = { hosted: after, sources: [upTo(LAST)], statuses: shown };
    const rejected = { verdict: 'REJECTED', code: 'MDT_LINEAGE_BROKEN' };
    const requirements: [string] = ['MDT-LIN-109'];
    asked(requirements, 'a broken lineage of an entity that is not known', { ...question, canary: nothing }, rejected);
    asked(
      requirements,
      'a broken lineage of an entity that is known, and the canary not asked for',
      { ...question, known: remembered },
      rejected,
    );
    asked(
      requirements,
      'a broken lineage of an entity that is known',
      { ...question, known: remembered, canary: nothing },
      { ...rejected, verdict: 'TRIPPED' },
    );
  }
}
