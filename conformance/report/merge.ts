/**
 * Joins the shards of a run: one event stream, as if one kit had judged all checks, and the verdict that all outcomes come
 * to. What does not belong together is refused.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import type { Suite } from '../kit/check.ts';
import { KitError } from '../kit/kit-error.ts';
import type { Ledger } from '../kit/ledger.ts';
import { worstOf } from '../kit/outcome.ts';
import { VERSION } from '../kit/project.ts';
import { decide } from '../kit/verdict.ts';
import type { RecordedRun } from './recorded-run.ts';

/** Named in a reason. */
const MOST_IDS = 5;

type Started = RecordedRun['started'];
type Finished = NonNullable<RecordedRun['finished']>;
type Timing = Finished['timing'];

/** A shard that came to its end. */
interface Part extends RecordedRun {
  readonly finished: Finished & { readonly target: NonNullable<Finished['target']> };
  readonly index: number;
}

/**
 * The events of the whole run.
 * @throws KitError MDT_KIT_SHARDS where the runs are not the shards of one, with what differs as the field
 */
export function mergeRuns(runs: readonly RecordedRun[], ledger: Ledger, suites: readonly Suite[]): RunEvent[] {
  const parts = runs.map(asPart).sort((a, b) => a.index - b.index);
  belongTogether(parts, ledger);
  const [first] = parts;
  if (!first) throw refused('there is no report to merge', 'shard');
  const epoch = Math.min(...parts.map(({ started }) => Date.parse(started.started)));
  const { events, seqs } = joined(parts, epoch);
  const checks = joinedChecks(parts, seqs, suites);
  const at = events.at(-1)?.at ?? 0;
  const whole: Omit<RunEvent, 'seq'>[] = [
    startOfAll(parts, first, epoch, suites),
    ...events,
    ...checks.map((check) => ({ type: 'check_finished' as const, at, check })),
    { ...endOf(parts, first, checks, ledger), at },
  ];
  return whole.map((event, seq) => numbered(event, seq));
}

function numbered(event: Omit<RunEvent, 'seq'>, seq: number): RunEvent {
  return { ...event, seq } as RunEvent;
}

function asPart(run: RecordedRun): Part {
  const { started, finished, path } = run;
  const { shard } = started.options;
  if (!shard) throw refused(`${path} is no shard`, 'shard');
  if (!finished?.target)
    throw refused(`${path} came to no judgement: ${finished?.reason ?? 'the run broke off'}`, 'verdict');
  return { ...run, index: shard.index, finished: { ...finished, target: finished.target } };
}

/** What all shards of a run have in common, by its name. */
const COMMON: Readonly<Record<string, (part: Part) => unknown>> = {
  kit: ({ started }) => started.kit,
  revision: ({ started }) => started.revision,
  manifest: ({ started }) => started.manifest.sha256,
  seed: ({ started }) => started.seed,
  count: ({ started }) => started.options.shard?.count,
  options: ({ started: { options, narrowed } }) => {
    const { only, profiles, allow_known_failing: allowed, bail } = options;
    return { only, profiles, allowed, bail, narrowed };
  },
  bitcoind: ({ events }) => events.find((event) => event.type === 'chain_started')?.version,
};

function belongTogether(parts: readonly Part[], ledger: Ledger): void {
  const [first, ...others] = parts;
  if (!first) return;
  for (const [field, of] of Object.entries(COMMON)) {
    const other = others.find((part) => !isDeepStrictEqual(of(part), of(first)));
    if (!other) continue;
    const values = [of(first), of(other)].map((value) => JSON.stringify(value)).join(' and ');
    throw refused(`${first.path} and ${other.path} are not of one run: ${field} is ${values}`, field);
  }
  // The verdict is computed anew, so it has to be by the rules that the shards were judged by.
  if (first.started.kit !== VERSION) throw refused(`the shards are of kit ${first.started.kit}, not ${VERSION}`, 'kit');
  if (first.started.revision !== ledger.revision)
    throw refused(`the shards are of revision ${first.started.revision}, not ${ledger.revision}`, 'revision');
  complete(parts, first.started.options.shard?.count ?? 0);
}

function complete(parts: readonly Part[], count: number): void {
  for (let index = 1; index <= count; index++) {
    const its = parts.filter((part) => part.index === index);
    const which = `shard ${String(index)} of ${String(count)}`;
    if (its.length === 0) throw refused(`${which} is missing`, 'shard');
    if (its.length > 1) throw refused(`${which} is there twice: ${its.map(({ path }) => path).join(', ')}`, 'shard');
  }
}

type Body = Exclude<RunEvent, { type: 'run_started' | 'run_finished' | 'check_finished' }>;

/** What happened in all shards, in the order of time; and by shard, what became of the numbers of its events. */
function joined(parts: readonly Part[], epoch: number): { events: Body[]; seqs: Map<Part, Map<number, number>> } {
  const all = parts.flatMap((part) => {
    const later = Date.parse(part.started.started) - epoch;
    const bodies = part.events.filter(isBody).filter(({ type }) => type !== 'coverage' || part === parts[0]);
    return bodies.map((event) => ({ part, event, at: event.at + later }));
  });
  all.sort((a, b) => a.at - b.at);
  const seqs = new Map(parts.map((part) => [part, new Map<number, number>()]));
  const events = all.map(({ part, event, at }, index) => {
    seqs.get(part)?.set(event.seq, index + 1); // run_started comes before
    return Object.assign(structuredClone(event), { at });
  });
  return { events, seqs };
}

function isBody(event: RunEvent): event is Body {
  return event.type !== 'run_started' && event.type !== 'run_finished' && event.type !== 'check_finished';
}

/** Every check once, in the order of the suites; what was judged in parts has the outcome of its worst. */
function joinedChecks(
  parts: readonly Part[],
  seqs: ReadonlyMap<Part, ReadonlyMap<number, number>>,
  suites: readonly Suite[],
): ReportCheck[] {
  const moved = parts.flatMap((part) =>
    part.checks.map((check): ReportCheck => {
      const trace = (check.trace ?? []).flatMap((seq) => seqs.get(part)?.get(seq) ?? []);
      return { ...check, ...(check.trace && { trace }) };
    }),
  );
  const byId = Map.groupBy(moved, ({ id }) => id);
  return inOrder([...byId.keys()], suites).flatMap((id) => asOne(byId.get(id) ?? []));
}

function asOne(its: readonly ReportCheck[]): ReportCheck[] {
  const worst = worstOf(its.map(({ outcome }) => outcome));
  const leading = its.find(({ outcome }) => outcome === worst);
  if (!leading || its.length === 1) return [...its];
  const scenes = its.flatMap(({ scene }) => scene ?? []);
  const trace = its.flatMap(({ trace = [] }) => trace);
  const evidence = its.flatMap(({ evidence = [] }) => evidence);
  return [
    {
      ...leading,
      ...(scenes.length > 0 && { scene: scenes.join(' ') }),
      ms: its.reduce((sum, { ms }) => sum + ms, 0),
      ...(trace.length > 0 && { trace }),
      ...(evidence.length > 0 && { evidence }),
    },
  ];
}

function inOrder(ids: readonly string[], suites: readonly Suite[]): string[] {
  const order = new Map(suites.flatMap(({ checks }) => checks.map(({ id }) => id)).map((id, place) => [id, place]));
  const placeOf = (id: string): number => order.get(id) ?? order.size;
  return [...new Set(ids)].sort((a, b) => placeOf(a) - placeOf(b));
}

function startOfAll(
  parts: readonly Part[],
  { started }: Part,
  epoch: number,
  suites: readonly Suite[],
): Omit<Started, 'seq'> {
  const { shard: _, ...options } = started.options;
  const selected = inOrder(
    parts.flatMap((part) => part.started.selected),
    suites,
  );
  const began = `${new Date(epoch).toISOString().slice(0, 19)}Z`;
  return { ...started, started: began, selected, options };
}

function endOf(
  parts: readonly Part[],
  { started: { narrowed, known_failing: knownFailing, options } }: Part,
  checks: readonly ReportCheck[],
  ledger: Ledger,
): Omit<Finished, 'seq' | 'at'> {
  const targets = parts.map(({ finished }) => finished.target);
  const silence = targets.find((target) => !target.started)?.silence;
  const target = {
    started: targets.every((each) => each.started),
    ...(silence !== undefined && { silence }),
    over_limits: targets.flatMap((each) => each.over_limits),
  };
  const { exit, verdict, reason } = decide({
    ...{ checks, ledger, narrowed, silence, started: target.started, overLimits: target.over_limits },
    knownFailing: new Map(knownFailing.map((id) => [id, ''])),
    allowKnownFailing: options.allow_known_failing,
    ...withoutOutcome(parts),
    bail: options.bail,
  });
  const finished =
    parts
      .map((part) => part.finished.finished)
      .sort()
      .at(-1) ?? '';
  const timing = timingOf(parts.map((part) => part.finished.timing));
  return { type: 'run_finished', finished, exit, verdict, ...(reason !== undefined && { reason }), timing, target };
}

/** Checks that a shard was to judge and did not, and which shard that is. */
function withoutOutcome(parts: readonly Part[]): { notRun: number; missing: string } {
  const missing = parts.flatMap(({ path, index, started, checks }) => {
    const judged = new Set(checks.map(({ id }) => id));
    const ids = started.selected.filter((id) => !judged.has(id));
    return ids.length === 0 ? [] : [{ ids, where: `shard ${String(index)} (${path}) has none of ${someOf(ids)}` }];
  });
  const notRun = missing.reduce((sum, { ids }) => sum + ids.length, 0);
  return { notRun, missing: missing.map(({ where }) => where).join('; ') };
}

function someOf(ids: readonly string[]): string {
  const rest = ids.length - MOST_IDS;
  return `${ids.slice(0, MOST_IDS).join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
}

/** The longest wall time, since shards run at once; of what the kit spent, the sum. */
function timingOf(all: readonly Timing[]): Timing {
  const of = (name: keyof Timing): number[] => all.map((timing) => timing[name] ?? 0);
  const sum = (name: keyof Timing): number => of(name).reduce((total, value) => total + value, 0);
  const most = (name: keyof Timing): number => Math.max(...of(name));
  return {
    ...{ wallMs: most('wallMs'), targetMs: most('targetMs'), chainMs: most('chainMs'), kitMs: most('kitMs') },
    ...{ kitCpuMs: sum('kitCpuMs'), kitStartCpuMs: sum('kitStartCpuMs'), kitRssMb: most('kitRssMb') },
  };
}

function refused(what: string, field: string): KitError {
  return new KitError('MDT_KIT_SHARDS', what, { field });
}
