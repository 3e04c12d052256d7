/** One certification: the main road of the kit, from a target's manifest to a verdict. */
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { Regtest } from '../chain/regtest.ts';
import { startChain, startFresh, type Chain, type ChainOptions } from '../chain/start.ts';
import { SUITES } from '../suites/index.ts';
import { ChainIndex } from '../world/chain-index.ts';
import { SeededRandom } from '../world/random.ts';
import { SCENES, type SceneName } from '../world/scenes/index.ts';
import type { World } from '../world/world.ts';
import { checkQuotes } from './quotes.ts';
import { EventStream } from './events.ts';
import { judge } from './judge.ts';
import { EXIT, KitError, type ExitStatus } from './kit-error.ts';
import type { Launcher } from './launcher.ts';
import { loadLedger, type Ledger } from './ledger.ts';
import type { Target } from './manifest.ts';
import { observe } from './observe.ts';
import { openLauncher } from './open-launcher.ts';
import type { Verdict } from './outcome.ts';
import { loadBls } from '../oracle/bls.ts';
import { PROJECT, VERSION } from './project.ts';
import { compileSchemas } from './schemas.ts';
import { Scheduler } from './scheduler.ts';
import { select, type Narrowing, type Selection } from './selection.ts';
import { decide } from './verdict.ts';
import { join } from 'node:path';

export interface RunOptions extends Narrowing {
  readonly target: Target;
  readonly seed: string;
  readonly events: EventStream;
  readonly chain: ChainOptions;
  /** How many scenes at a time; as many as two cores bear where it is left out. */
  readonly parallel?: number;
  /** Exit 0 where nothing fails but what the manifest lists as known to; the verdict stays what it is. */
  readonly allowKnownFailing?: boolean;
  /** When the run began, as performance.now() tells it; 0 is the start of the process. */
  readonly began?: number;
}

export interface RunResult {
  readonly exit: ExitStatus;
  readonly verdict: Verdict;
  readonly checks: readonly ReportCheck[];
}

/**
 * Certifies a target. Everything that happens is in `events`; what cannot be started ends the run with its
 * reason and exit status, and is no exception.
 * @throws KitError MDT_KIT_USAGE, MDT_KIT_LEDGER, MDT_KIT_TARGET_START: what is wrong before anything is started
 */
export async function certify(options: RunOptions): Promise<RunResult> {
  const ledger = loadLedger(join(PROJECT, 'spec'));
  checkQuotes(SUITES, ledger);
  const chosen = select(SUITES, ledger, options.target, options);
  // Others' transactions are on a node that is kept: what came of a run on it is no certificate.
  const selection = { ...chosen, narrowed: chosen.narrowed || options.chain.way === 'kept' };
  announce(options, ledger, selection);
  if (selection.suites.length === 0) {
    return finish(options, { exit: EXIT.nothingRan, verdict: 'nothing ran', checks: [] }, 'no check was selected');
  }
  if (options.target.manifest.mode === 'endpoints') return runObserved(options, ledger, selection);
  const launcher = await openLauncher(options.target, options.chain.onProgress);
  let chain: Chain | undefined;
  try {
    [chain] = await Promise.all([startChain(options.chain), warmUp()]);
    const { way, version, source, ms } = chain;
    options.events.emit({ type: 'chain_started', way, version, source, ms });
    return await runChecks(options, ledger, selection, await buildWorld(options, chain, launcher));
  } catch (error) {
    if (chain || !(error instanceof KitError)) throw error;
    options.events.emit({ type: 'chain_failed', message: error.message });
    return finish(options, { exit: error.exit, verdict: 'no verdict', checks: [] }, error.message);
  } finally {
    await chain?.stop();
    await launcher.close();
  }
}

/** Ends the event stream of a run that is broken off by a signal, so that what was seen can be reported. Nothing may be emitted after. */
export function interrupt(options: RunOptions): RunResult {
  return finish(options, { exit: EXIT.interrupted, verdict: 'no verdict', checks: [] }, 'interrupted');
}

/** What every run needs once, made while the node starts. */
async function warmUp(): Promise<void> {
  compileSchemas(['target-line', 'birth-record', 'hosted-record', 'dta-metadata', 'problem']);
  await loadBls();
}

function announce({ events, target, seed }: RunOptions, ledger: Ledger, { suites, narrowed }: Selection): void {
  const { name, version, vendor, role, mode, claims } = target.manifest;
  events.emit({
    type: 'run_started',
    started: now(),
    kit: VERSION,
    revision: ledger.revision,
    seed,
    target: {
      name,
      ...(version !== undefined && { version }),
      ...(vendor !== undefined && { vendor }),
      role,
      mode,
      profiles: claims.profiles,
      features: claims.features ?? [],
    },
    selected: suites.flatMap(({ checks }) => checks.map(({ id }) => id)),
    narrowed,
  });
}

async function runChecks(
  options: RunOptions,
  ledger: Ledger,
  { suites, narrowed }: Selection,
  world: World,
): Promise<RunResult> {
  const startCpu = process.cpuUsage();
  const { parallel, only = [] } = options;
  const eager = only.length > 0;
  const scheduler = new Scheduler(world, SCENES, { ...(parallel !== undefined && { parallel }), eager });
  const stageBegan = performance.now();
  const staging = scheduler.stage(scenesOf(suites));
  let stageMs = 0;
  void staging.then(() => (stageMs = performance.now() - stageBegan));
  const knownFailing = knownFailingOf(options);
  const checks = await judge({ world, ledger, scheduler, suites, knownFailing });
  if (eager) scheduler.enough();
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
  });
  return finish(options, { exit: decided.exit, verdict: decided.verdict, checks }, decided.reason, {
    startCpu,
    stageMs,
    chainMs: world.chain.ms,
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
    const { allowKnownFailing = false } = options;
    const knownFailing = knownFailingOf(options);
    const checks = await judge({ world, ledger, scheduler, suites, knownFailing });
    const run = { checks, ledger, narrowed, started: silence === undefined, silence, knownFailing, allowKnownFailing };
    const { exit, verdict, reason } = decide({ ...run, overLimits: [], observed: true });
    return finish(options, { exit, verdict, checks }, reason, { startCpu, stageMs, chainMs: 0 });
  } finally {
    observed.close();
  }
}

/** The world of a run on a chain that was started. */
export async function buildWorld(
  { events, target, seed, chain: options }: Pick<RunOptions, 'events' | 'target' | 'seed' | 'chain'>,
  chain: Chain,
  launcher: Launcher,
): Promise<World> {
  const { rpc, coinKey } = chain;
  const regtest = coinKey ? await Regtest.attach(rpc, coinKey) : await Regtest.create(rpc);
  const begun = Promise.withResolvers<void>();
  let hasBegun = false;
  void begun.promise.then(() => (hasBegun = true));
  return {
    chain,
    regtest,
    index: new ChainIndex(chain.rpc),
    startNode: () => startFresh(options),
    genesis: await chain.rpc.call<string>('getblockhash', [0]),
    target,
    launcher,
    random: new SeededRandom(seed),
    events,
    secrets: [],
    overLimits: [],
    subjects: new Set(),
    birthFailed: false,
    begun,
    hasBegun: () => hasBegun,
  };
}

function knownFailingOf({ target }: RunOptions): Map<string, string> {
  return new Map((target.manifest.known_failing ?? []).map(({ id, reason }) => [id, reason]));
}

function scenesOf(suites: Selection['suites']): Set<SceneName> {
  return new Set(suites.flatMap(({ checks }) => checks.flatMap(({ scenes }) => scenes)));
}

function finish(
  { events, began = 0 }: RunOptions,
  result: RunResult,
  reason: string | undefined,
  spent?: { startCpu: NodeJS.CpuUsage; stageMs: number; chainMs: number },
): RunResult {
  const wallMs = Math.round(performance.now() - began);
  const targetMs = Math.round(spent?.stageMs ?? 0);
  const chainMs = Math.round(spent?.chainMs ?? 0);
  const timing: Extract<RunEvent, { type: 'run_finished' }>['timing'] = {
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
  });
  return result;
}

function cpuMs({ user, system }: NodeJS.CpuUsage): number {
  return Math.round((user + system) / 1000);
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
