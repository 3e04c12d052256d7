/**
 * Runs checks as mocha tests. A check that throws a Nonconformance says something of the target; one that
 * throws anything else, or does not end, is an error of the kit and loses only itself.
 */
import { relative } from 'node:path';
import Mocha from 'mocha';
import type { ReportCheck } from '../../reference/gen/schemas.ts';
import { claims } from '../world/claims.ts';
import { traced } from '../world/wire-log.ts';
import type { World } from '../world/world.ts';
import type { Check, Suite } from './check.ts';
import { cut, Nonconformance, NotObservable, show, Untestable } from './expect.ts';
import type { Ledger } from './ledger.ts';
import { ENDS_A_RUN, type Outcome } from './outcome.ts';
import type { Scheduler } from './scheduler.ts';
import { NotYet } from './seen.ts';
import { shellWord } from './shell-word.ts';
import { Strays } from './strays.ts';

/** Longer than any scene: a check that waits for its scenes waits for the target's own deadlines. */
const CHECK_TIMEOUT_MS = 240_000;

export interface Bench {
  readonly world: World;
  readonly ledger: Ledger;
  readonly scheduler: Pick<Scheduler, 'seen' | 'more'>;
  readonly suites: readonly Suite[];
  /** Reasons by requirement ID. */
  readonly knownFailing: ReadonlyMap<string, string>;
  /** For a check that does not end; CHECK_TIMEOUT_MS where it is left out. */
  readonly timeoutMs?: number;
  /** Whether nothing is judged after the first check that fails. */
  readonly bail?: boolean;
}

/** What the checks of one run share. */
interface Session {
  readonly finished: ReportCheck[];
  readonly strays: Strays;
  /** Lets no further check begin. */
  end(): void;
}

/**
 * Runs every check of the suites and emits `check_finished` for each, in the order of the suites.
 * @throws what nobody caught and no check could be charged with
 */
export async function judge(bench: Bench): Promise<ReportCheck[]> {
  const finished: ReportCheck[] = [];
  const strays = new Strays();
  const mocha = new Mocha({ timeout: 0, reporter: Silent });
  const session: Session = { finished, strays, end: () => runner.abort() };
  for (const suite of bench.suites) {
    const group = Mocha.Suite.create(mocha.suite, suite.chapter);
    for (const check of suite.checks) group.addTest(asTest(bench, suite, check, session));
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const runner: Mocha.Runner = mocha.run(() => resolve());
  strays.begin(runner);
  await promise;
  runner.dispose();
  strays.end();
  return finished;
}

/** The kit renders its own event stream; mocha says nothing. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}

/** A check as a mocha test, which always passes: what the check came to goes into `finished` and the events. */
function asTest(bench: Bench, suite: Suite, check: Check, { finished, strays, end }: Session): Mocha.Test {
  return new Mocha.Test(`${check.id} ${check.title}`, async () => {
    const evidence: { label: string; text: string }[] = [];
    const trace = new Set<number>();
    const clock = { began: performance.now() };
    let verdict: ReturnType<typeof verdictOn> = { outcome: 'pass' };
    try {
      await strays.during(() =>
        bounded(
          tried(bench, () => {
            evidence.length = 0;
            trace.clear();
            return traced(() => run(bench, check, evidence, clock), trace);
          }),
          bench.timeoutMs ?? CHECK_TIMEOUT_MS,
        ),
      );
    } catch (error) {
      verdict = verdictOn(bench, check, error);
    }
    const judged: ReportCheck = {
      id: check.id,
      requirement: check.requirement,
      title: check.title,
      chapter: suite.chapter,
      ...(check.scenes[0] && { scene: check.scenes.join(' ') }),
      negative: check.negative,
      ms: Math.round((performance.now() - clock.began) * 10) / 10,
      ...verdict,
      ...(trace.size > 0 && { trace: [...trace] }),
      ...(evidence.length > 0 && { evidence }),
    };
    finished.push(judged);
    bench.world.events.emit({ type: 'check_finished', check: judged });
    if (bench.bail === true && ENDS_A_RUN.includes(judged.outcome)) end();
  });
}

/** Tries a check until it has all that it looks at. */
async function tried({ scheduler }: Bench, attempt: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      await scheduler.more(error);
    }
  }
}

/** Waits for what the check looks at, which is the target's time, and then lets it look. */
async function run(
  { world, scheduler }: Bench,
  check: Check,
  evidence: { label: string; text: string }[],
  clock: { began: number },
): Promise<void> {
  if (!isClaimed(world, check)) throw new NotClaimed(`the manifest does not claim ${check.feature ?? ''}`);
  const seen = await Promise.all(check.scenes.map(async (name) => [name, await scheduler.seen(name)] as const));
  clock.began = performance.now();
  await check.run({
    world,
    seen: Object.fromEntries(seen) as Parameters<Check['run']>[0]['seen'],
    evidence: (label, value) => evidence.push({ label, text: cut(redact(world, show(value))) }),
  });
}

async function bounded(work: Promise<void>, timeoutMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`the check did not end within ${String(timeoutMs)} ms`)), timeoutMs);
  try {
    await Promise.race([promise, work]);
  } finally {
    clearTimeout(timer);
  }
}

/** The manifest says that the target lacks the optional feature without which a check says nothing. */
class NotClaimed extends Error {}

function isClaimed(world: World, { feature }: Check): boolean {
  return feature === undefined || claims(world, feature);
}

function verdictOn(bench: Bench, check: Check, error: unknown): { outcome: Outcome } & Partial<ReportCheck> {
  const { today, revision } = bench.ledger;
  const of = today ? ` --revision ${revision}` : '';
  const rerun = `milagro-trust certify --only ${check.id}${of} --seed ${shellWord(bench.world.random.seed)} ${shellWord(relative(process.cwd(), bench.world.target.path))}`;
  const clean = (text: string): string => cut(redact(bench.world, text));
  if (error instanceof NotClaimed) return { outcome: 'not claimed', message: error.message };
  if (error instanceof NotObservable) return { outcome: 'not observable', message: clean(error.message) };
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
    ...(error.field !== undefined && { field: clean(error.field) }),
    rerun,
  };
}

function redact(world: World, text: string): string {
  return world.secrets.reduce((clean, secrets) => secrets.redact(clean), text);
}
