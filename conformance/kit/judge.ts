/**
 * Runs checks as mocha tests. A check that throws a Nonconformance says something of the target; one that
 * throws anything else, or does not end, is an error of the kit and loses only itself.
 */
import { relative } from 'node:path';
import Mocha from 'mocha';
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import type { World } from '../world/world.ts';
import type { Check, Suite } from './check.ts';
import { Nonconformance, show, Untestable } from './expect.ts';
import type { Ledger } from './ledger.ts';
import type { Outcome } from './outcome.ts';
import type { Scheduler } from './scheduler.ts';

/** Longer than any scene: a check that waits for its scenes waits for the target's own deadlines. */
const CHECK_TIMEOUT_MS = 240_000;

export interface Bench {
  readonly world: World;
  readonly ledger: Ledger;
  readonly scheduler: Scheduler;
  readonly suites: readonly Suite[];
  /** Reasons by requirement ID. */
  readonly knownFailing: ReadonlyMap<string, string>;
}

/** Runs every check of the suites and emits `check_finished` for each, in the order of the suites. */
export async function judge(bench: Bench): Promise<ReportCheck[]> {
  const finished: ReportCheck[] = [];
  const mocha = new Mocha({ timeout: CHECK_TIMEOUT_MS, reporter: Silent });
  const settles = new Map<unknown, (error?: unknown) => void>();
  for (const suite of bench.suites) {
    const group = Mocha.Suite.create(mocha.suite, suite.chapter);
    for (const check of suite.checks) {
      const { test, settle } = asTest(bench, suite, check, finished);
      group.addTest(test);
      settles.set(test, settle);
    }
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const runner = mocha.run(() => resolve());
  // An exception out of nowhere is told by 'fail' too, for the test that runs at that moment.
  runner.on('pass', (test) => settles.get(test)?.());
  runner.on('fail', (test, error: unknown) => settles.get(test)?.(error));
  await promise;
  return finished;
}

/** The kit renders its own event stream; mocha says nothing. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}

function asTest(
  bench: Bench,
  suite: Suite,
  check: Check,
  finished: ReportCheck[],
): { test: Mocha.Test; settle: (error?: unknown) => void } {
  const evidence: { label: string; text: string }[] = [];
  let began = performance.now();
  const test = new Mocha.Test(`${check.id} ${check.title}`, async () => {
    if (!isClaimed(bench.world, check)) throw new NotClaimed(`the manifest does not claim ${check.feature ?? ''}`);
    const seen = await Promise.all(check.scenes.map(async (name) => [name, await bench.scheduler.seen(name)] as const));
    began = performance.now();
    await check.run({
      world: bench.world,
      seen: Object.fromEntries(seen) as Parameters<Check['run']>[0]['seen'],
      evidence: (label, value) => evidence.push({ label, text: redact(bench.world, show(value)) }),
    });
  });
  const settle = (error?: unknown): void => {
    const judged: ReportCheck = {
      id: check.id,
      requirement: check.requirement,
      title: check.title,
      chapter: suite.chapter,
      ...(check.scenes[0] && { scene: check.scenes.join(' ') }),
      negative: check.negative,
      ms: Math.round((performance.now() - began) * 10) / 10,
      ...verdictOn(bench, check, error),
      ...(evidence.length > 0 && { evidence }),
    };
    finished.push(judged);
    bench.world.events.emit({ type: 'check_finished', check: judged });
  };
  return { test, settle };
}

/** The manifest says that the target lacks the optional feature without which a check says nothing. */
class NotClaimed extends Error {}

function isClaimed({ target }: World, { feature }: Check): boolean {
  return feature === undefined || (target.manifest.claims.features ?? []).includes(feature);
}

function verdictOn(bench: Bench, check: Check, error: unknown): { outcome: Outcome } & Partial<ReportCheck> {
  if (error === undefined || error === null) return { outcome: 'pass' };
  const rerun = `milagro-trust certify --only ${check.id} --seed ${bench.world.random.seed} ${relative(process.cwd(), bench.world.target.path)}`;
  const clean = (text: string): string => redact(bench.world, text);
  if (error instanceof NotClaimed) return { outcome: 'not claimed', message: error.message };
  if (error instanceof Untestable) return { outcome: 'untestable', message: clean(error.message), rerun };
  if (!(error instanceof Nonconformance)) {
    return {
      outcome: 'error',
      message: clean(error instanceof Error ? (error.stack ?? error.message) : show(error)),
      rerun,
    };
  }
  const level = bench.ledger.requirements.get(check.requirement)?.level;
  const failure = level === 'MUST' ? 'fail' : 'warn';
  return {
    outcome: bench.knownFailing.has(check.requirement) ? 'known failing' : failure,
    message: clean(error.message),
    expected: clean(error.expected),
    got: clean(error.got),
    ...(error.field !== undefined && { field: error.field }),
    rerun,
  };
}

function redact(world: World, text: string): string {
  return world.secrets.reduce((clean, secrets) => secrets.redact(clean), text);
}
