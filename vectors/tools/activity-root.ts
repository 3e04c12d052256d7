/** vectors/activity-root.json: successions of signed roots, and the entries that they are of (spec 8.5, 8.7). */
import type { ActivityRoot, HostedActivityRoot, VectorFile } from '../../reference/gen/schemas.ts';
import { entriesFrom, ENTITY_ID } from './example-activity.ts';
import { datedRoots } from './dated-roots.ts';
import { digestOf } from './keys.ts';
import { rfc3339 } from './recorded-headers.ts';
import { RECORDS } from './recorded-proofs.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';
import { PERIOD, roots, signedRoot, type RootPlan } from './written-series.ts';

const SOURCE = 'written and signed with json-canonicalize, OpenSSL and noble-curves';

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'activity-root',
    source: SOURCE,
    header: [
      'activity-root: verify roots, each as it is hosted, the first one first. `records` says of each record of the entity, in order, its `keys.anchor` and policy, and as `succeeded_at` the height of the block that made its SUCCESSOR as deep as that policy asks, where it matters.',
      'A root is signed by the record in force when it was written; after a SUCCESSOR no earlier key signs any more. Where `entries` are shown, they are all of the log, and every root is recomputed.',
      'Where `chain` is shown, it is the reader’s own: `parameters`, `checkpoint`, the `headers` after it, its policy `confirmations` and its clock `now`. Each root is held against it.',
      'Expected are `seq` and digest of the newest.',
    ],
    notes: {
      Period: { bugType: 'MISSING_STEP', description: 'A period that is left out, doubled, or cut elsewhere.' },
      Order: { bugType: 'EQUIVOCATION', description: 'Numbers and digests that lead from one root to the next.' },
      Tree: { bugType: 'INTEGRITY', description: 'What the log holds, and what the root says of it.' },
      Fork: { bugType: 'EQUIVOCATION', description: 'A tree that does not continue the one before.' },
      Signature: {
        bugType: 'AUTHENTICATION',
        description: 'Digest and signature of a document, as chapter 1 has them.',
      },
      Successor: { bugType: 'EDGE_CASE', description: 'The entity changed its key and its policy.' },
      Age: {
        bugType: 'MISSING_STEP',
        description: 'The chain and the block that a root names, and its time between two blocks.',
      },
      Form: { bugType: 'CANONICALIZATION', description: 'What no schema allows.' },
    },
  })
    .group({ type: 'activity-root', source: SOURCE }, successions)
    .group({ type: 'activity-root', source: SOURCE }, trees)
    .group({ type: 'activity-root', source: SOURCE }, datedRoots)
    .build();
}

/** The first period of these roots: 2 January 2026, 00:00 to 01:00. */
const START = 1_767_312_000;
/** 90 entries, one a minute: 60 in the first period and 30 in the second. */
const ENTRIES = entriesFrom(START, 90);
const [FIRST, SECOND, THIRD] = [ENTRIES.slice(0, 60), ENTRIES, ENTRIES];
const PLANS: [RootPlan, RootPlan, RootPlan] = [{ entries: FIRST }, { entries: SECOND }, { entries: THIRD }];
const [ROOT_0, ROOT_1, ROOT_2] = roots(START, ...PLANS) as [HostedActivityRoot, HostedActivityRoot, HostedActivityRoot];

const KEEPERS = RECORDS.map(({ keys, policy }) => ({
  anchor: keys.anchor,
  log_period_seconds: policy.log_period_seconds,
}));
const KNOWN = { entity_id: ENTITY_ID.toString('hex'), records: KEEPERS.slice(0, 1) };

function newest({ activity_root: { seq }, sha256 }: HostedActivityRoot): Record<string, unknown> {
  return { seq, sha256 };
}

/** The last of three roots, saying something else. */
function withLast(says: Partial<ActivityRoot>, key = 0): HostedActivityRoot[] {
  return roots(START, PLANS[0], PLANS[1], { entries: THIRD, says, key });
}

function successions(group: GroupBuilder): void {
  const reads = (comment: string, shown: HostedActivityRoot[], flag: string, more: object = {}): void => {
    const last = shown.at(-1);
    if (!last) throw new Error('no root');
    group.valid(
      {
        ...{ comment, flags: [flag], requirements: ['MDT-LOG-105', 'MDT-LOG-106', 'MDT-LOG-019', 'MDT-LOG-020'] },
        input: { ...KNOWN, roots: shown, ...more },
      },
      newest(last),
    );
  };
  const refused = (
    comment: string,
    shown: unknown[],
    code: string,
    flag: string,
    requirement: string,
    more: object = {},
  ): void =>
    group.invalid(
      { comment, flags: [flag], requirements: [requirement], input: { ...KNOWN, roots: shown, ...more } },
      code,
    );
  const period = (comment: string, shown: unknown[], flag = 'Period'): void =>
    refused(comment, shown, 'MDT_LOG_PERIOD', flag, 'MDT-LOG-105');
  const fork = (comment: string, shown: unknown[]): void =>
    refused(comment, shown, 'MDT_LOG_FORK', 'Fork', 'MDT-LOG-106');

  reads('the first root', [ROOT_0], 'Order');
  reads('two roots', [ROOT_0, ROOT_1], 'Order');
  reads('three roots, the last of an empty period', [ROOT_0, ROOT_1, ROOT_2], 'Order');
  reads('a first root of no entries', roots(START, { entries: [] }), 'Period');
  reads('written long after its period', withLast({ created: rfc3339(START + 40 * PERIOD) }), 'Period');
  reads('periods of a day', roots(START - (START % 86_400), { entries: ENTRIES, period: 86_400 }), 'Period', {
    records: [{ ...KEEPERS[0], log_period_seconds: 86_400 }],
  });

  period('a first root with another number', roots(START, { entries: FIRST, says: { seq: 1 } }), 'Order');
  period('a first root after nothing', roots(START, { entries: FIRST, says: { previous: '00'.repeat(32) } }), 'Order');
  period('a first root that begins at no multiple of the period', offBeat());
  period('a number is left out', withLast({ seq: 3 }), 'Order');
  period('a number is given again', withLast({ seq: 1 }), 'Order');
  period('a root is left out', [ROOT_0, ROOT_2], 'Order');
  period('a root stands twice', [ROOT_0, ROOT_1, ROOT_1], 'Order');
  period('after another root than the one before', withLast({ previous: ROOT_0.sha256 }), 'Order');
  period('after the entity', withLast({ previous: KNOWN.entity_id }), 'Order');
  period('of another entity', withLast({ entity_id: '00'.repeat(32) }), 'Order');
  const [two, three, four] = [2, 3, 4].map((count) => rfc3339(START + count * PERIOD)) as [string, string, string];
  period('a period is left out', withLast({ period_start: three, period_end: four }));
  period('a period is counted twice', withLast({ period_start: rfc3339(START + PERIOD), period_end: two }));
  period('a gap of a second', withLast({ period_start: rfc3339(START + 2 * PERIOD + 1) }));
  period('a period of twice the length', withLast({ period_end: four }));
  period('a period of half the length', withLast({ period_end: rfc3339(START + 2.5 * PERIOD) }));
  period('a period without length', withLast({ period_end: two }));

  fork('the log has shrunk by an entry', withLast({ tree_size: 89 }));
  fork(
    'the log is empty again',
    withLast({ tree_size: 0, root: roots(START, { entries: [] })[0]?.activity_root.root ?? '' }),
  );
  fork('one size with two roots', withLast({ root: digestOf('another tree').toString('hex') }));

  refused('another digest', [{ ...ROOT_0, sha256: ROOT_1.sha256 }], 'MDT_DIGEST', 'Signature', 'MDT-DOC-112');
  refused('by another key', roots(START, { entries: FIRST, key: 1 }), 'MDT_SIGNATURE', 'Signature', 'MDT-DOC-113');
  refused(
    'the signature of another root',
    [{ ...ROOT_0, signature: ROOT_1.signature }],
    'MDT_SIGNATURE',
    'Signature',
    'MDT-DOC-113',
  );
  refused(
    'the signature of a STATUS over the same octets',
    [signedAsStatus()],
    'MDT_SIGNATURE',
    'Signature',
    'MDT-DOC-113',
  );
  refused('a member too many', [{ ...ROOT_0, anchor: {} }], 'MDT_UNKNOWN_MEMBER', 'Form', 'MDT-DOC-110');
  const { signature: _, ...unsigned } = ROOT_0;
  refused('without its signature', [unsigned], 'MDT_SCHEMA', 'Form', 'MDT-DOC-111');

  const both = { records: KEEPERS.slice(0, 2) };
  const shorter = { records: [KEEPERS[0], { ...KEEPERS[1], log_period_seconds: 900 }] };
  const longer = { records: [KEEPERS[0], { ...KEEPERS[1], log_period_seconds: 7_200 }] };
  const succeeded = (plan: Partial<RootPlan>): HostedActivityRoot[] =>
    roots(START, PLANS[0], PLANS[1], { entries: THIRD, key: 1, ...plan });
  reads('by the key of the successor from the third on', succeeded({}), 'Successor', both);
  reads('by the first key, though there is a successor', [ROOT_0, ROOT_1], 'Successor', both);
  reads('by the successor from the first on', roots(START, { entries: FIRST, key: 1 }), 'Successor', both);
  reads('shorter periods of the successor', succeeded({ period: 900 }), 'Successor', shorter);
  reads('the first multiple of longer periods', succeeded({ period: 7_200 }), 'Successor', longer);
  refused(
    'the period before, where the successor has a shorter one',
    succeeded({}),
    'MDT_LOG_PERIOD',
    'Successor',
    'MDT-LOG-105',
    shorter,
  );
  refused(
    'by the first key again after the successor',
    roots(START, PLANS[0], { entries: SECOND, key: 1 }, { entries: THIRD, key: 0 }),
    ...(['MDT_SIGNATURE', 'Successor', 'MDT-LOG-108', both] as const),
  );
  succession(group);
}

/** Which blocks a root may name for its age, by whose key, once there is a successor (MDT-LOG-108). */
function succession(group: GroupBuilder): void {
  const deep = 300;
  const requirements: [string, ...string[]] = ['MDT-LOG-108'];
  const input = (...signed: (readonly [key: number, height: number])[]): object => ({
    ...KNOWN,
    records: [{ ...KEEPERS[0], succeeded_at: deep }, KEEPERS[1]],
    roots: signedAt(signed),
  });
  const reads = (comment: string, ...signed: (readonly [number, number])[]): void => {
    const last = signedAt(signed).at(-1);
    if (!last) throw new Error('no root');
    group.valid({ comment, flags: ['Successor'], requirements, input: { ...input(...signed) } }, newest(last));
  };
  const refused = (comment: string, ...signed: (readonly [number, number])[]): void =>
    group.invalid({ comment, flags: ['Successor'], requirements, input: { ...input(...signed) } }, 'MDT_SIGNATURE');
  reads('by the first key, its successor deep enough 24 blocks below', [0, deep], [0, deep + 24]);
  reads('by the first key, and then by that of the successor', [0, deep + 24], [1, deep + 25]);
  reads('by the key of the successor before it was so deep', [1, deep - 1], [1, deep + 100]);
  refused('by the first key, its successor deep enough 25 blocks below', [0, deep], [0, deep + 25]);
  refused('the first root, by the first key, long after the successor', [0, deep + 1_000]);
  refused('by the first key again, in the blocks in which it still might', [1, deep + 1], [0, deep + 2]);
}

/** Roots by these keys, each naming a block of a height. */
function signedAt(signed: readonly (readonly [key: number, height: number])[]): HostedActivityRoot[] {
  const plans = signed.map(([key, height], at): RootPlan => ({
    ...{ entries: at === 0 ? FIRST : SECOND, key },
    says: { freshness: { height, hash: digestOf(`block ${String(height)}`).toString('hex') } },
  }));
  return roots(START, ...plans);
}

/** Whole but for its beginning. */
function offBeat(): HostedActivityRoot[] {
  return roots(START, { entries: FIRST, says: { period_start: rfc3339(START + 1) } });
}

function signedAsStatus(): HostedActivityRoot {
  const { activity_root: root } = ROOT_0;
  const { signature } = signedRoot({ ...root, type: 'milagro-status' as ActivityRoot['type'] });
  return { ...ROOT_0, signature };
}

function trees(group: GroupBuilder): void {
  const hex = (entries: readonly Buffer[]): string[] => entries.map((entry) => entry.toString('hex'));
  const requirements: [string, ...string[]] = ['MDT-LOG-107', 'MDT-LOG-017', 'MDT-LOG-018'];
  const all = hex(ENTRIES.slice(0, 64));
  const few = (size: number, says: Partial<ActivityRoot> = {}): HostedActivityRoot[] =>
    roots(START, { entries: ENTRIES.slice(0, size), says });
  const reads = (comment: string, shown: HostedActivityRoot[], entries: string[]): void => {
    const last = shown.at(-1);
    if (!last) throw new Error('no root');
    group.valid({ comment, flags: ['Tree'], requirements, input: { ...KNOWN, roots: shown, entries } }, newest(last));
  };
  const refused = (comment: string, shown: HostedActivityRoot[], entries: string[]): void =>
    group.invalid(
      { comment, flags: ['Tree'], requirements, input: { ...KNOWN, roots: shown, entries } },
      'MDT_LOG_ROOT',
    );
  reads('60 entries of the period and 4 later ones', few(60), all);
  reads('no entries at all', roots(START, { entries: [] }), []);
  reads('entries of the second that the period begins with', few(1), all.slice(0, 1));
  reads('two periods', roots(START, { entries: FIRST }, { entries: ENTRIES.slice(0, 64) }), all);
  refused('an entry of the period is left out', few(59), all);
  refused('an entry of the next period is taken in', few(61), all);
  refused('another root', few(60, { root: digestOf('another tree').toString('hex') }), all);
  refused('an entry was rewritten', few(60), [all[1] ?? '', ...all.slice(1)]);
  refused('two entries changed places', few(60), [all[1] ?? '', all[0] ?? '', ...all.slice(2)]);
  refused('an empty period that claims an entry', roots(START, { entries: ENTRIES.slice(0, 1) }), []);
}
