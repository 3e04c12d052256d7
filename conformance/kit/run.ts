/** One certification: the main road of the kit, from a target's manifest to a verdict. */
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { startChain, type Chain } from '../chain/start.ts';
import { CLIENT_SUITES } from '../suites/client.ts';
import { SUITES } from '../suites/index.ts';
import type { Suite } from './check.ts';
import { SCENES, type SceneName } from '../world/scenes/index.ts';
import { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { announcement } from './announcement.ts';
import { buildWorld } from './build-world.ts';
import { Untestable } from './expect.ts';
import { checkQuotes } from './quotes.ts';
import { ledgerOf } from './frozen.ts';
import { judge } from './judge.ts';
import { EXIT, KitError, type ExitStatus } from './kit-error.ts';
import { loadLedger, presentId, type Ledger } from './ledger.ts';
import { accessOf, observe } from './observe.ts';
import { openLauncher } from './open-launcher.ts';
import type { Verdict } from './outcome.ts';
import { loadBls } from '../oracle/bls.ts';
import { PROJECT } from './project.ts';
import type { EventStream } from './events.ts';
import type { RunOptions } from './run-options.ts';
import { compileSchemas } from './schemas.ts';
import { askPat } from './run-pat.ts';
import { Scheduler } from './scheduler.ts';
import { partly } from './seen.ts';
import { select, type Selection } from './selection.ts';
import { shardOf } from './shards.ts';
import { triedWith } from './tried-with.ts';
import { decide } from './verdict.ts';
import { join } from 'node:path';

export interface RunResult {
  readonly exit: ExitStatus;
  readonly verdict: Verdict;
  readonly checks: readonly ReportCheck[];
}

/**
 * Certifies a target. Everything that happens is in `events`; what cannot be started ends the run with its
 * reason and exit status, and is no exception.
 * @throws KitError MDT_KIT_USAGE, MDT_KIT_MANIFEST, MDT_KIT_LEDGER: what is wrong before anything is started
 */
export async function certify(options: RunOptions): Promise<RunResult> {
  if (options.counterpart && options.target.manifest.mode !== 'pat') {
    const what = 'a service of this revision faces nobody but its chain; --with is for clients (mode pat)';
    throw new KitError('MDT_KIT_USAGE', what, { field: '--with' });
  }
  const today = loadLedger(join(PROJECT, 'spec'));
  checkQuotes([...SUITES, ...CLIENT_SUITES], today);
  const ledger = ledgerOf(today, options.revision);
  const selection = selected(options, ledger);
  accessOf(options.target); // what is wrong with it is said before a report is begun
  options.events.emit({ ...announcement(options, ledger, selection), started: now() });
  options.events.emit({ type: 'coverage', rows: triedWith(ledger) });
  if (selection.suites.length === 0) {
    return finish(options, { exit: EXIT.nothingRan, verdict: 'nothing ran', checks: [] }, 'no check was selected');
  }
  try {
    return await runBy(options, ledger, selection);
  } catch (error) {
    if (!(error instanceof KitError) || error.exit !== EXIT.infrastructure) throw error;
    if (error.code === 'MDT_KIT_NO_CHAIN') options.events.emit({ type: 'chain_failed', message: error.message });
    const checks = await judgeNothing(options, ledger, selection, error.message);
    return finish(options, { exit: error.exit, verdict: 'no verdict', checks }, error.message);
  }
}

/** Of what could not be started nothing was seen: every check says so, and a run counts the same however it came to that. */
async function judgeNothing(
  { target, seed, events }: RunOptions,
  ledger: Ledger,
  { suites }: Selection,
  why: string,
): Promise<ReportCheck[]> {
  const nothing = (): Promise<never> => Promise.reject(new Untestable(why));
  const random = new SeededRandom(seed);
  const world = partly<World>({ target, random, events, secrets: [] }, () => new Untestable(why));
  return judge({ world, ledger, suites, knownFailing: new Map(), scheduler: { seen: nothing, more: nothing } });
}

/** @throws KitError MDT_KIT_NO_CHAIN, MDT_KIT_TARGET_START: what could not be started */
async function runBy(options: RunOptions, ledger: Ledger, selection: Selection): Promise<RunResult> {
  const { mode } = options.target.manifest;
  if (mode === 'endpoints') return runObserved(options, ledger, selection);
  if (mode === 'pat') return runAnswered(options, ledger, selection);
  const launcher = await openLauncher(options.target, options.chain.onProgress);
  let chain: Chain | undefined;
  let world: World | undefined;
  try {
    const isThere = options.node !== undefined || options.chain.way === 'kept';
    if (isThere) onFirstLaunch(options.events, warmUp);
    [chain] = await Promise.all([options.node ?? startChain(options.chain), isThere ? undefined : warmUp()]);
    const { way, version, source, ms } = chain;
    options.events.emit({ type: 'chain_started', way, version, source, ms });
    world = await buildWorld(options, chain, launcher);
    return await runChecks(options, ledger, selection, world);
  } finally {
    await world?.browser.close();
    if (!options.node) await chain?.stop();
    await launcher.close();
  }
}

/** Others' transactions are on a node that is kept: what came of a run on it is no certificate. */
function selected(options: RunOptions, ledger: Ledger): Selection {
  const { suites, narrowed } = select(suitesFor(options), ledger, options.target, options);
  const { shard, node, chain } = options;
  return {
    suites: shard ? shardOf(suites, shard) : suites,
    narrowed: narrowed || node !== undefined || chain.way === 'kept',
  };
}

/** Ends the event stream of a run that is broken off by a signal, so that what was seen can be reported. Nothing may be emitted after. */
export function interrupt(options: RunOptions): RunResult {
  return finish(options, { exit: EXIT.interrupted, verdict: 'no verdict', checks: [] }, 'interrupted');
}

/** Does `work` while the first target starts. */
function onFirstLaunch(events: EventStream, work: () => Promise<void>): void {
  let isDone = false;
  events.onEvent(({ type }) => {
    if (isDone || type !== 'target_line') return;
    isDone = true;
    setImmediate(() => void work().catch(() => undefined)); // what cannot be made is told where it is needed
  });
}

/** What every run needs once, made while the node starts; where it is there already, while the first target does. */
async function warmUp(): Promise<void> {
  compileSchemas(['target-line', 'birth-record', 'hosted-record', 'dta-metadata', 'problem']);
  await loadBls();
}

async function runChecks(
  options: RunOptions,
  ledger: Ledger,
  { suites, narrowed }: Selection,
  world: World,
): Promise<RunResult> {
  const startCpu = process.cpuUsage();
  const { parallel, only = [], whole = false, bail = false, shard } = options;
  const eager = only.length > 0 && !whole;
  const scheduler = new Scheduler(world, SCENES, { ...(parallel !== undefined && { parallel }), eager });
  const stageBegan = performance.now();
  const staging = scheduler.stage(scenesOf(suites));
  let stageMs = 0;
  void staging.then(() => (stageMs = performance.now() - stageBegan));
  const knownFailing = knownFailingOf(options, ledger);
  const checks = await judge({ world, ledger, scheduler, suites, knownFailing, bail });
  const notRun = suites.flatMap((suite) => suite.checks).length - checks.length;
  if (eager || notRun > 0) scheduler.enough();
  await staging;
  world.regtest.stop();
  const started = world.hasBegun() || !scheduler.needsStart;
  const { allowKnownFailing = false } = options;
  const decided = decide({
    checks,
    ledger,
    narrowed,
    started,
    silence: world.silence,
    knownFailing,
    allowKnownFailing,
    overLimits: world.overLimits,
    ...{ notRun, bail },
    isShard: shard !== undefined,
  });
  return finish(options, { exit: decided.exit, verdict: decided.verdict, checks }, decided.reason, {
    spent: { startCpu, stageMs, chainMs: world.chain.ms },
    target: {
      started,
      ...(!started && world.silence !== undefined && { silence: world.silence }),
      over_limits: world.overLimits,
    },
  });
}

/** Judges what an implementation that runs already shows. */
async function runObserved(options: RunOptions, ledger: Ledger, { suites, narrowed }: Selection): Promise<RunResult> {
  const startCpu = process.cpuUsage();
  const began = performance.now();
  const [observed] = await Promise.all([observe(options), warmUp()]);
  try {
    const { world, scheduler, silence } = observed;
    const stageMs = performance.now() - began;
    const { allowKnownFailing = false, bail = false } = options;
    const knownFailing = knownFailingOf(options, ledger);
    const checks = await judge({ world, ledger, scheduler, suites, knownFailing, bail });
    const notRun = suites.flatMap((suite) => suite.checks).length - checks.length;
    const run = { checks, ledger, narrowed, started: silence === undefined, silence, knownFailing, allowKnownFailing };
    const { exit, verdict, reason } = decide({ ...run, overLimits: [], observed: true, notRun, bail });
    const target = { started: run.started, ...(silence !== undefined && { silence }), over_limits: [] };
    return finish(options, { exit, verdict, checks }, reason, { spent: { startCpu, stageMs, chainMs: 0 }, target });
  } finally {
    observed.close();
  }
}

/** Judges what a client answers. */
async function runAnswered(options: RunOptions, ledger: Ledger, selection: Selection): Promise<RunResult> {
  const startCpu = process.cpuUsage();
  const began = performance.now();
  await warmUp();
  const knownFailing = knownFailingOf(options, ledger);
  const answered = await askPat(options, ledger, selection, knownFailing);
  const { checks } = answered;
  const notRun = selection.suites.flatMap((suite) => suite.checks).length - checks.length;
  const { allowKnownFailing = false, bail = false } = options;
  const { narrowed } = selection;
  const run = { ...answered, ledger, narrowed, knownFailing, allowKnownFailing, notRun, bail };
  const { exit, verdict, reason } = decide(run);
  const { started, silence, overLimits } = answered;
  const target = { started, ...(!started && silence !== undefined && { silence }), over_limits: [...overLimits] };
  const spent = { startCpu, stageMs: performance.now() - began, chainMs: 0 };
  return finish(options, { exit, verdict, checks }, reason, { spent, target });
}

/** The suites that judge a target of this mode. */
function suitesFor({ target }: RunOptions): readonly Suite[] {
  return target.manifest.mode === 'pat' ? CLIENT_SUITES : SUITES;
}

function knownFailingOf({ target }: RunOptions, ledger: Ledger): Map<string, string> {
  return new Map((target.manifest.known_failing ?? []).map(({ id, reason }) => [presentId(ledger, id), reason]));
}

function scenesOf(suites: Selection['suites']): Set<SceneName> {
  return new Set(suites.flatMap(({ checks }) => checks.flatMap(({ scenes }) => scenes)));
}

type Finished = Extract<RunEvent, { type: 'run_finished' }>;

interface Judged {
  readonly spent: { startCpu: NodeJS.CpuUsage; stageMs: number; chainMs: number };
  readonly target: NonNullable<Finished['target']>;
}

function finish(
  { events, began = 0 }: RunOptions,
  result: RunResult,
  reason: string | undefined,
  judged?: Judged,
): RunResult {
  const { spent, target } = judged ?? {};
  const wallMs = Math.round(performance.now() - began);
  const targetMs = Math.round(spent?.stageMs ?? 0);
  const chainMs = Math.round(spent?.chainMs ?? 0);
  const timing: Finished['timing'] = {
    ...{ wallMs, targetMs, chainMs, kitMs: Math.max(0, wallMs - targetMs - chainMs) },
    kitCpuMs: spent ? cpuMs(process.cpuUsage(spent.startCpu)) : 0,
    kitStartCpuMs: spent ? cpuMs(spent.startCpu) : cpuMs(process.cpuUsage()),
    kitRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  const { exit, verdict } = result;
  events.emit({
    type: 'run_finished',
    finished: now(),
    exit,
    verdict,
    ...(reason !== undefined && { reason }),
    timing,
    ...(target && { target }),
  });
  return result;
}

function cpuMs({ user, system }: NodeJS.CpuUsage): number {
  return Math.round((user + system) / 1000);
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
