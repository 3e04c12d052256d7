/** Series of STATUSes and of roots, most of them right, as an entity, its operator or a thief of its keys could make them. */
import type { ActivityRoot, HostedActivityRoot, HostedStatus, Status } from '../../reference/gen/schemas.ts';
import { LOG_JUDGES } from '../../conformance/kit/vector-judges-log.ts';
import { LOG_RUNNERS } from '../../reference/core/fixtures/log-vector-runners.ts';
import { consistencyPath, entriesFrom, hashesOf, inclusionPath } from '../tools/example-activity.ts';
import { digestOfRecord } from '../tools/example-record.ts';
import { rfc3339 } from '../tools/recorded-headers.ts';
import { RECORDS } from '../tools/recorded-proofs.ts';
import { treeRoot } from '../../conformance/oracle/log-tree.ts';
import { CODES, MAX_AGE, PERIOD, roots, signedStatus, statusUpon, type RootPlan } from '../tools/written-series.ts';
import type { Random } from './random.ts';
import type { Readers } from './readers.ts';

const START = 1_767_312_000;
const [FIRST] = RECORDS;
if (!FIRST) throw new Error('no record');
const ENTITY = digestOfRecord(FIRST).toString('hex');
const NOWHERE = '5e'.repeat(32);

const STATUS_RECORDS = RECORDS.map((record) => ({
  digest: digestOfRecord(record).toString('hex'),
  status_key: record.keys.status,
  canary_max_age_seconds: record.policy.canary_max_age_seconds,
}));

const both = (type: string): Readers<object> => ({
  core: (input) => LOG_RUNNERS[type]?.(input as never),
  oracle: (input) => LOG_JUDGES[type]?.(input as never),
});

export const CANARY: Readers<object> = both('canary');
export const ROOTS: Readers<object> = both('activity-root');
export const INCLUSION: Readers<object> = both('log-inclusion');
export const CONSISTENCY: Readers<object> = both('log-consistency');
export const CHECKPOINT: Readers<object> = both('log-checkpoint');
export const PROMISE: Readers<object> = both('log-promise');

/** Nothing, most of the time; else one of these. */
function rarely<T>(random: Random, times: number, choices: readonly (() => T)[], otherwise: T): T {
  return random.once(times) ? random.pick(choices)() : otherwise;
}

/** What a reader of a canary is asked: an answer and a memory of one series and its branches, at some time. */
export function canaryInput(random: Random): object {
  const count = 1 + random.below(3);
  const series = seriesOf(random, count);
  const some = (): HostedStatus[] => {
    const from = random.once(3) ? random.below(series.length) : 0;
    const shown = series.slice(from, from + 1 + random.below(series.length));
    return random.once(12) ? shown.filter(() => !random.once(4)) : shown;
  };
  const known = random.once(2) ? [] : verified(some().filter(({ status }) => isOf(status, count)));
  const last = Date.parse(series.at(-1)?.status.created ?? '') / 1000;
  const bound = random.pick([0, MAX_AGE / 2, MAX_AGE]);
  return {
    entity_id: ENTITY,
    records: STATUS_RECORDS.slice(0, count),
    shown: rarely(random, 6, [() => []], random.once(3) ? some() : series).map((each) => spoilt(random, each)),
    known,
    now: rfc3339(last + bound + random.below(3) - 1),
  };
}

/** What a reader has verified before begins with number 0, and has no gap. */
function verified(statuses: readonly HostedStatus[]): HostedStatus[] {
  const gap = statuses.findIndex(({ status }, at) => status.seq > (statuses[at - 1]?.status.seq ?? -1) + 1);
  return statuses.slice(0, gap < 0 ? statuses.length : gap);
}

/** What a reader has verified before was of a record that the entity has. */
function isOf({ record }: Status, count: number): boolean {
  return STATUS_RECORDS.slice(0, count).some(({ digest }) => digest === record);
}

function seriesOf(random: Random, records: number): HostedStatus[] {
  const series: HostedStatus[] = [];
  let [at, record] = [START, 0];
  const length = 1 + random.below(5);
  while (series.length < length) {
    const before = series.at(-1);
    const says: Partial<Status> = rarely<Partial<Status>>(
      random,
      10,
      [
        () => ({ previous: random.pick([ENTITY, NOWHERE]) }),
        () => ({ seq: random.below(6) }),
        () => ({ entity_id: NOWHERE }),
        () => ({ record: NOWHERE }),
        () => ({ expires: rfc3339(at + MAX_AGE + random.below(3)) }),
        () => ({ next_due: rfc3339(at - 1), expires: rfc3339(at - 1) }),
      ],
      {},
    );
    const lacks = rarely(random, 12, [() => [random.pick(CODES)], () => CODES], []);
    const status = statusUpon(before, { at, record, lacks, says });
    // Now and then the one before is denied by another of its number.
    series.push(status);
    if (random.once(14)) series.push(statusUpon(before, { at: at + 1, record }));
    at += random.pick([60, 86_400, 86_400, MAX_AGE, MAX_AGE + 1, 0, -1]);
    record = Math.min(records - 1, record + (random.once(3) ? 1 : 0));
    if (random.once(15)) record = 0;
  }
  return series;
}

/** As somebody between could change it. */
function spoilt(random: Random, hosted: HostedStatus): HostedStatus {
  return rarely(
    random,
    30,
    [
      () => ({ ...hosted, sha256: NOWHERE }),
      () => ({ ...hosted, signature: '00'.repeat(64) }),
      () => signedStatus(hosted.status, 'anchor'),
      () => ({ ...hosted, status: { ...hosted.status, codes: [] } }),
    ],
    hosted,
  );
}

const ENTRIES = entriesFrom(START, 150);

/** A succession of roots with at most one that does not follow, and the entries where they are shown. */
export function rootsInput(random: Random): object {
  const count = 1 + random.below(4);
  const wrong = random.once(2) ? random.below(count) : -1;
  const policies = [PERIOD, random.pick([PERIOD, 900, 7_200])];
  let [key, sizes] = [0, 0];
  const plans = Array.from({ length: count }, (_, index): RootPlan => {
    sizes = Math.min(ENTRIES.length, 60 * (index + 1));
    key = index > 0 && random.once(4) ? 1 : key;
    const plan = { entries: ENTRIES.slice(0, sizes), key, period: policies[key] ?? PERIOD };
    return index === wrong ? { ...plan, ...mistake(random) } : plan;
  });
  const shown = roots(START, ...plans).map((each) => spoiltRoot(random, each));
  const height = shown[0]?.activity_root.freshness.height ?? 0;
  return {
    entity_id: ENTITY,
    records: policies.map((period, index) => ({
      anchor: RECORDS[index]?.keys.anchor ?? '',
      log_period_seconds: period,
      succeeded_at: index === 0 && random.once(3) ? height - 26 + random.below(4) : undefined,
    })),
    roots: random.once(12) ? shown.toReversed() : shown,
    ...(random.once(2) && { entries: ENTRIES.map((entry) => entry.toString('hex')) }),
  };
}

function mistake(random: Random): Partial<RootPlan> {
  const says = random.pick<Partial<ActivityRoot>>([
    { seq: random.below(5) },
    { previous: random.pick([ENTITY, NOWHERE]) },
    { entity_id: NOWHERE },
    { period_start: rfc3339(START + random.below(4) * PERIOD + random.below(2)) },
    { period_end: rfc3339(START + random.below(4) * PERIOD + random.below(2)) },
    { tree_size: random.below(200) },
    { root: NOWHERE },
  ]);
  return random.pick([{ says }, { says }, { key: random.below(3) }, { entries: ENTRIES.slice(0, random.below(150)) }]);
}

function spoiltRoot(random: Random, hosted: HostedActivityRoot): HostedActivityRoot {
  return rarely(
    random,
    30,
    [() => ({ ...hosted, sha256: NOWHERE }), () => ({ ...hosted, signature: '00'.repeat(64) })],
    hosted,
  );
}

const LEAVES = hashesOf(ENTRIES);
const hex = (octets: Buffer): string => octets.toString('hex');

/** A proof, most of the time with one thing changed. */
export function inclusionInput(random: Random): object {
  const size = 1 + random.below(LEAVES.length);
  const index = random.below(size);
  const leaves = LEAVES.slice(0, size);
  const question = {
    leaf_hash: hex(leaves[index] ?? Buffer.alloc(0)),
    ...{ index, tree_size: size, root: hex(treeRoot(leaves)), proof: inclusionPath(index, leaves).map(hex) },
  };
  const elsewhere = { index: random.below(size + 2), tree_size: 1 + random.below(LEAVES.length) };
  return random.pick<object>([
    question,
    { ...question, ...elsewhere },
    { ...question, proof: changedPath(random, question.proof) },
  ]);
}

export function consistencyInput(random: Random): object {
  const second = random.below(LEAVES.length);
  const first = random.below(second + 1);
  const question = {
    ...{ first_size: first, first_root: hex(treeRoot(LEAVES.slice(0, first))) },
    ...{ second_size: second, second_root: hex(treeRoot(LEAVES.slice(0, second))) },
    proof: consistencyPath(first, LEAVES.slice(0, second)).map(hex),
  };
  const sizes = { first_size: random.below(LEAVES.length), second_size: random.below(LEAVES.length) };
  const proof = changedPath(random, question.proof);
  return random.pick<object>([question, { ...question, ...sizes }, { ...question, proof }]);
}

function changedPath(random: Random, proof: readonly string[]): string[] {
  const at = random.below(proof.length + 1);
  const other = random.pick([NOWHERE, hex(LEAVES[random.below(9)] ?? Buffer.alloc(0)), '', '5e']);
  return random.pick([
    proof.toSpliced(at, 1),
    proof.toSpliced(at, 0, other),
    proof.toSpliced(at, 1, other),
    proof.toReversed(),
  ]);
}
