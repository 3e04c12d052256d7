/**
 * `make mutants`: takes every answer that the reference gave in some of its lives, makes one thing wrong with it at a time,
 * and lets the checks look again. Each mutant must be noticed, or be listed as equivalent with a reason; a check that
 * fails in another way than by finding fault is a defect of the kit. Writes `out/mutants.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChain } from '../chain/start.ts';
import type { Check } from '../kit/check.ts';
import { EventStream } from '../kit/events.ts';
import { Nonconformance, NotObservable, Untestable } from '../kit/expect.ts';
import { loadTarget } from '../kit/manifest.ts';
import { PROJECT } from '../kit/project.ts';
import { processLauncher } from '../kit/launcher.ts';
import { buildWorld } from '../kit/build-world.ts';
import { Scheduler } from '../kit/scheduler.ts';
import { loadBls } from '../oracle/bls.ts';
import { SUITES } from '../suites/index.ts';
import type { Observations } from '../world/scenes/index.ts';
import type { World } from '../world/world.ts';
import { grpcMutants, httpMutants, type Answers, type Mutant } from './answers.ts';
import { reasonFor } from './equivalents.ts';
import { MUTATED } from './scenes.ts';

type Seen = Parameters<Check['run']>[0]['seen'];

interface MutantResult {
  id: string;
  /** Checks that found fault. */
  noticed: string[];
  /** Checks that broke in place of finding fault. */
  broken: string[];
  equivalent?: string;
}

type Scene = keyof typeof MUTATED;

/** Checks that look at one scene alone. */
function checksOf(name: Scene): Check[] {
  return SUITES.flatMap(({ checks }) => checks.filter(({ scenes }) => scenes.every((scene) => scene === name)));
}
/** Two answers that differ are found out by comparing them; that is no merit of the checks of either. */
const COMPARES = ['MDT-HST-008', 'MDT-HST-010', 'MDT-HST-011', 'MDT-HST-012'];

async function look(
  world: World,
  scene: Scene,
  check: Check,
  seen: unknown,
): Promise<'pass' | 'noticed' | 'nothing to see' | Error> {
  try {
    await check.run({ world, seen: { [scene]: seen } as Seen, evidence: () => undefined });
    return 'pass';
  } catch (error) {
    if (error instanceof Nonconformance) return 'noticed';
    if (error instanceof Untestable || error instanceof NotObservable) return 'nothing to see';
    return error as Error;
  }
}

async function judgeMutant(
  world: World,
  scene: Scene,
  checks: readonly Check[],
  { id, seen }: Mutant,
): Promise<MutantResult> {
  const result: MutantResult = { id, noticed: [], broken: [] };
  for (const check of checks) {
    const found = await look(world, scene, check, seen);
    if (found === 'noticed') result.noticed.push(check.id);
    if (found instanceof Error) result.broken.push(`${check.id}: ${found.message}`);
  }
  const equivalent = reasonFor(id);
  return { ...result, ...(equivalent !== undefined && { equivalent }) };
}

function problemOf({ noticed, broken, equivalent }: MutantResult): string | undefined {
  if (broken.length > 0) return `a check broke: ${broken.join('; ')}`;
  if (noticed.length === 0 && equivalent === undefined) return 'not noticed';
  return noticed.length > 0 && equivalent !== undefined
    ? `listed as equivalent, and noticed by ${noticed.join(' ')}`
    : undefined;
}

async function mutantsOf<S extends Scene>(world: World, scheduler: Scheduler, name: S): Promise<MutantResult[]> {
  const seen = await scheduler.seen(name);
  const answers = (MUTATED[name] as (seen: Observations[S]) => Answers)(seen);
  const sound: Check[] = [];
  for (const check of checksOf(name)) if ((await look(world, name, check, seen)) === 'pass') sound.push(check);
  const alone = sound.filter(({ requirement }) => !COMPARES.includes(requirement));
  const results: MutantResult[] = [];
  for (const mutant of httpMutants(name, seen, answers)) {
    const isMetadata = mutant.id.includes(': GET metadata ');
    results.push(await judgeMutant(world, name, isMetadata ? sound : alone, mutant));
  }
  for (const mutant of grpcMutants(name, seen, answers)) results.push(await judgeMutant(world, name, sound, mutant));
  process.stdout.write(`${name}: ${String(results.length)} mutants before ${String(sound.length)} checks\n`);
  return results;
}

const chain = await startChain({});
let good = false;
try {
  await loadBls();
  const target = loadTarget(join(PROJECT, 'conformance/targets/reference.target.yaml'));
  const world = await buildWorld(
    { target, seed: 'mutants', events: new EventStream(), chain: {} },
    chain,
    processLauncher(target),
  );
  const scheduler = new Scheduler(world);
  const names = Object.keys(MUTATED) as Scene[];
  await scheduler.stage(new Set(names));
  const results: MutantResult[] = [];
  for (const name of names) results.push(...(await mutantsOf(world, scheduler, name)));
  for (const result of results) {
    const problem = problemOf(result);
    if (problem !== undefined) process.stdout.write(`FAILED  ${result.id}: ${problem}\n`);
  }
  const bad = results.filter((result) => problemOf(result) !== undefined).length;
  const equivalent = results.filter((result) => result.equivalent !== undefined).length;
  mkdirSync(join(PROJECT, 'out'), { recursive: true });
  writeFileSync(join(PROJECT, 'out/mutants.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  process.stdout.write(
    `${String(results.length)} mutants: ${String(results.length - bad - equivalent)} noticed, ${String(equivalent)} equivalent\n`,
  );
  process.stdout.write(`${String(results.length - bad)} passed, ${String(bad)} failed, 0 skipped\n`);
  good = results.length > 0 && bad === 0;
} finally {
  await chain.stop();
}
process.exit(good ? 0 : 1);
