/**
 * `make faults`: certifies every broken target and looks at what the kit says. A fault must be applied, must
 * fire, must be reported by its own requirement, and nothing may be reported that the fault does not list.
 * A fault is looked at in an ordinary life, and where it does not show there also in the other scenes that its
 * requirement is judged by, or in those that it names; with `--whole` in all, which takes several times as long. With
 * `--shard i/n` an nth of the faults is looked at. Writes `out/faults.json`; exit 0 only if all of that holds.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EventStream } from '../kit/events.ts';
import { loadTarget, type Target } from '../kit/manifest.ts';
import { PROJECT } from '../kit/project.ts';
import { certify } from '../kit/run.ts';
import { CLIENT_SUITES } from '../suites/client.ts';
import { SUITES } from '../suites/index.ts';
import { SCENES, type SceneName } from '../world/scenes/index.ts';
import type { Fault } from './fault.ts';

interface FaultResult {
  id: string;
  requirement: string;
  applied: boolean;
  fired: boolean;
  caught: boolean;
  also: NonNullable<Fault['also']>;
  unexpected: string[];
  /** Of the unexpected: which check said what. */
  said: string[];
  /** What a first run reported beside the fault, where a second one did not. */
  unsteady?: string[];
  /** Where it was looked for. */
  scenes: SceneName[];
  ms: number;
}

const NOT_FAULTS = ['fault.ts', 'load.ts', 'run.ts'];
const TARGETS = {
  dta: 'reference.target.yaml',
  idp: 'reference-idp.target.yaml',
  relay: 'reference-relay.target.yaml',
  pat: 'reference-pat.target.yaml',
};
/**
 * For two cores, of those in an ordinary life and of those of a log or a canary at a time: the former take 10 s, of which they
 * work half, and the latter 30 s, of which they work a quarter while periods end. Those of relays take 15 s and work more than half,
 * so they go with the former. Where one kind is through, more of the other are.
 */
const SIDE_BY_SIDE = { ordinary: 2, waiting: 3 };
const SIDE_BY_SIDE_ALONE = { ordinary: 4, waiting: 5 };
/** Those of IdPs come when the others are through: a browser is several processes that work as much as a target. */
const WITH_BROWSERS = 2;
/** Outcomes that say something against a target, or against the kit. */
const REPORTED = ['fail', 'warn', 'error', 'flaky'];

export async function loadFaults(only: readonly string[] = []): Promise<Fault[]> {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => /^[a-z0-9-]+\.ts$/.test(name) && !NOT_FAULTS.includes(name),
  );
  const faults = await Promise.all(
    files.map(async (file) => ((await import(`./${file}`)) as { default: Fault }).default),
  );
  const wanted = faults.filter(({ id }) => only.length === 0 || only.includes(id));
  return wanted.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The reference of the fault's role, with the fault loaded before it. */
function targetWith(fault: Fault): Target {
  const reference = loadTarget(join(PROJECT, 'conformance/targets', TARGETS[fault.role ?? 'dta']));
  const [node, ...args] = reference.command;
  const loader = join(import.meta.dirname, 'load.ts');
  return {
    ...reference,
    manifest: {
      ...reference.manifest,
      name: `fault-${fault.id}`,
      env: { ...reference.manifest.env, MDT_FAULT: fault.id },
    },
    command: [node, '--import', loader, ...args],
  };
}

const ORDINARY: ReadonlySet<SceneName> = new Set(['birth']);

/** Where a fault may show, an ordinary life aside; what is wrong with a log, a canary or a relay shows in no life without them. */
function scenesFor(requirement: string): Set<SceneName> {
  const judging = SUITES.flatMap(({ checks }) => checks.filter((check) => check.requirement === requirement));
  const scenes = judging.flatMap((check) => check.scenes);
  const isOrdinary = scenes.length === 0 || scenes.some((scene) => SCENES[scene].profile === undefined);
  return new Set([...(isOrdinary ? ORDINARY : []), ...scenes]);
}

/** Whether a fault is looked for in lives with a log or a canary alone, where periods have to end. */
function waits({ requirement, role }: Fault): boolean {
  return role === undefined && !scenesFor(requirement).has('birth');
}

/** Areas that a client is asked about over the network; what it answers about parts and logs alone goes by other ways. */
const BY_NETWORK: readonly string[] = ['MDT-CHN', 'MDT-HST', 'MDT-LIN', 'MDT-STA', 'MDT-VER'];

/** Areas that a client is asked about by parts alone: over the network it does nothing by them. */
const BY_PARTS: readonly string[] = ['MDT-ENR'];

/** Modules of a client that has its own signatures registered, which does nothing else by them. */
const OF_REGISTERING = ['reference/pat/own-signatures.ts', 'reference/pat/relay-registrations.ts'];

/** Checks of a client in which a fault may show: those of its own signatures have a node of their own, and are left to faults of these. */
function clientChecks({ replaces, requirement: broken }: Fault): string[] {
  const areas = BY_PARTS.some((area) => broken.startsWith(`${area}-`)) ? BY_PARTS : BY_NETWORK;
  const registers = Object.keys(replaces).every((module) => OF_REGISTERING.includes(module));
  const checks = CLIENT_SUITES.flatMap((suite) => suite.checks);
  const isJudged = ({ requirement, feature }: (typeof checks)[number]): boolean =>
    registers
      ? feature === 'register'
      : feature !== 'register' && areas.some((area) => requirement.startsWith(`${area}-`));
  return checks.filter(isJudged).map(({ id }) => id);
}

/** An ordinary life is enough where the requirement is judged by it, and the fault shows in it. */
async function runWhereItShows(fault: Fault): Promise<FaultResult> {
  const { requirement, shows } = fault;
  if (shows) return runOnce(fault, new Set([...ORDINARY, ...shows]));
  const inOrdinary = SUITES.some(({ checks }) =>
    checks.some((check) => check.requirement === requirement && check.scenes.every((scene) => ORDINARY.has(scene))),
  );
  const first = inOrdinary ? await runOnce(fault, ORDINARY) : undefined;
  return first?.caught === true ? first : runOnce(fault, scenesFor(requirement));
}

async function runFault(fault: Fault, whole: boolean): Promise<FaultResult> {
  if (fault.role === 'pat') return runOnce(fault, new Set(), whole ? [] : clientChecks(fault));
  return whole ? runOnce(fault, new Set(Object.keys(SCENES) as SceneName[])) : runWhereItShows(fault);
}

function isCaught(result: FaultResult): boolean {
  return result.applied && result.fired && result.caught && result.unexpected.length === 0;
}

/**
 * What is reported, or not caught, once and not with nothing beside it, is the machine's and not the fault's: it is shown, and
 * does not count.
 */
async function runAgain(fault: Fault, first: FaultResult, whole: boolean): Promise<FaultResult> {
  const second = await runFault(fault, whole);
  return { ...second, unsteady: [...(first.caught ? [] : ['not caught at first']), ...first.said] };
}

async function runOnce(
  fault: Fault,
  scenes: ReadonlySet<SceneName>,
  only: readonly string[] = [],
): Promise<FaultResult> {
  const events = new EventStream();
  const began = performance.now();
  const { also = [] } = fault;
  const { checks } = await certify({
    target: targetWith(fault),
    seed: `fault ${fault.id}`,
    events,
    chain: {},
    scenes,
    parts: fault.shows !== undefined,
    only,
  });
  const told = (what: string): boolean =>
    events.events.some(
      (event) =>
        event.type === 'target_line' &&
        event.stream === 'stderr' &&
        event.text === JSON.stringify({ fault: fault.id, [what]: true }),
    );
  const reported = new Set(
    checks.filter(({ outcome }) => REPORTED.includes(outcome)).map(({ requirement }) => requirement),
  );
  const listed = [fault.requirement, ...also.map(({ requirement }) => requirement)];
  return {
    id: fault.id,
    requirement: fault.requirement,
    applied: told('applied'),
    fired: told('fired'),
    caught: reported.has(fault.requirement),
    also,
    unexpected: [...reported].filter((id) => !listed.includes(id)),
    said: checks
      .filter(({ outcome, requirement }) => REPORTED.includes(outcome) && !listed.includes(requirement))
      .map(
        ({ id, outcome, message, expected, got }) => `${id} ${outcome}: ${JSON.stringify({ message, expected, got })}`,
      ),
    scenes: [...scenes],
    ms: Math.round(performance.now() - began),
  };
}

function describe(result: FaultResult): string {
  const problems = [
    ...(result.applied ? [] : ['not applied']),
    ...(result.fired ? [] : ['not fired']),
    ...(result.caught ? [] : ['not caught']),
    ...(result.unexpected.length === 0 ? [] : [`unexpected: ${result.unexpected.join(' ')}`]),
    ...(result.also.length > 3 ? ['more than three others listed'] : []),
  ];
  const unsteady = result.unsteady ? ['on the second run'] : [];
  return [problems.length === 0 ? 'caught' : 'FAILED', result.requirement, result.id, ...problems, ...unsteady].join(
    '  ',
  );
}

export async function runFaults(
  only: readonly string[],
  whole: boolean,
): Promise<{ results: FaultResult[]; good: boolean }> {
  const all = await loadFaults(only);
  const browsed = all.filter(({ role }) => role === 'idp');
  const others = all.filter(({ role }) => role !== 'idp');
  const queues = { ordinary: others.filter((fault) => !waits(fault)), waiting: others.filter(waits) };
  const results: FaultResult[] = [];
  const doubtful: { fault: Fault; first: FaultResult }[] = [];
  const tell = (result: FaultResult): void => {
    results.push(result);
    const more = [...result.said, ...(result.unsteady ?? [])].map((line) => `        ${line}`);
    process.stdout.write([describe(result), ...more, ''].join('\n'));
  };
  const work = async (queue: Fault[]): Promise<void> => {
    for (let fault = queue.shift(); fault; fault = queue.shift()) {
      const first = await runFault(fault, whole);
      if (isCaught(first)) tell(first);
      else doubtful.push({ fault, first });
    }
  };
  const lane = async (own: 'ordinary' | 'waiting', other: 'ordinary' | 'waiting'): Promise<void> => {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE[own] }, async () => work(queues[own])));
    const more = SIDE_BY_SIDE_ALONE[other] - SIDE_BY_SIDE[other];
    await Promise.all(Array.from({ length: more }, async () => work(queues[other])));
  };
  await Promise.all([lane('ordinary', 'waiting'), lane('waiting', 'ordinary')]);
  await Promise.all(Array.from({ length: WITH_BROWSERS }, async () => work(browsed)));
  for (const { fault, first } of doubtful) tell(await runAgain(fault, first, whole));
  results.sort((a, b) => a.id.localeCompare(b.id));
  return { results, good: results.length > 0 && results.every((result) => describe(result).startsWith('caught')) };
}

/** @param shard `i/n`: every nth fault, from the ith on, so that all n are alike */
async function idsOfShard(shard: string): Promise<string[]> {
  const [, part = '', of = ''] = /^([1-9][0-9]*)\/([1-9][0-9]*)$/.exec(shard) ?? [];
  if (part === '' || Number(part) > Number(of)) throw new Error(`--shard ${shard}: not i/n with i from 1 to n`);
  return (await loadFaults()).flatMap(({ id }, index) => (index % Number(of) === Number(part) - 1 ? [id] : []));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = { whole: { type: 'boolean' }, shard: { type: 'string', default: '1/1' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const only = positionals.length > 0 ? positionals : await idsOfShard(values.shard);
  const { results, good } = await runFaults(only, values.whole ?? false);
  mkdirSync(join(PROJECT, 'out'), { recursive: true });
  writeFileSync(join(PROJECT, 'out/faults.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  const caught = results.filter((result) => describe(result).startsWith('caught')).length;
  process.stdout.write(`${String(caught)} passed, ${String(results.length - caught)} failed, 0 skipped\n`);
  process.exit(good ? 0 : 1);
}
