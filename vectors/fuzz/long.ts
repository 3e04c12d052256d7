/**
 * `make fuzz-long`: a million inputs a parser, and of those that verify signatures a part of it. None may throw anything but a refusal with a code, take longer than a
 * second, or leave more than 64 MiB behind. Each parser has a process of its own, so that none pays for another's
 * memory. `INPUTS`, `SEED` and `ONLY` (beginning of a name) are of the environment. Writes out/fuzz.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outcomeOf } from './compare.ts';
import { parsers, type Parser } from './parsers.ts';
import { Random } from './random.ts';

const INPUTS = Number(process.env['INPUTS'] ?? 1_000_000);
const SEED = Number(process.env['SEED'] ?? 1);
const ONLY = process.env['ONLY'] ?? '';
const MOST_GROWTH_MB = 64;
const MOST_MS = 1_000;
const SAMPLES = 20;
/** V8 lets its nursery grow to 64 MiB of its own accord, which would hide what is left behind, or look like it. */
const NURSERY = '--max-semi-space-size=8';

interface Result {
  name: string;
  inputs: number;
  taken: number;
  seconds: number;
  /** Of resident memory after the warm-up, at the most, MiB. */
  growth_mb: number;
  slowest_ms: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function fuzz({ name, make, read, share = 1 }: Parser): Promise<Result> {
  const inputs = Math.ceil(INPUTS * share);
  // Until then compilers and caches fill.
  const warmUp = Math.min(20_000, Math.ceil(inputs / 10));
  const random = new Random(SEED);
  let [taken, slowest, base, most] = [0, 0, 0, 0];
  const began = performance.now();
  for (let made = 0; made < inputs; made++) {
    if (made === warmUp) base = resident();
    if (made > warmUp && made % Math.ceil(inputs / SAMPLES) === 0) most = Math.max(most, resident() - base);
    const input = make(random);
    const started = cpuMs();
    try {
      if ('value' in (await outcomeOf(() => read(input)))) taken++;
    } catch (cause) {
      throw new Error(
        `${name}: SEED=${String(SEED)}, input ${String(made)}: ${input.toString('hex').slice(0, 4_000)}`,
        { cause },
      );
    }
    slowest = Math.max(slowest, cpuMs() - started);
  }
  most = Math.max(most, resident() - base);
  return {
    name,
    inputs,
    taken,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    growth_mb: Math.round(most / 2 ** 20),
    slowest_ms: Math.round(slowest),
  };
}

/** Of the processor, so that what else the machine does is not counted. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Resident memory when everything that can be collected has been. */
function resident(): number {
  collect();
  return process.memoryUsage.rss();
}

/** Runs one parser in a process of its own; what it says of a failure goes to our standard error. */
function apart(name: string): Result {
  const { stdout, status } = spawnSync(process.execPath, [NURSERY, import.meta.filename, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} ended with status ${String(status)}`);
  return JSON.parse(stdout) as Result;
}

const [, , one] = process.argv;
if (one !== undefined) {
  const parser = parsers().find(({ name }) => name === one);
  if (parser) process.stdout.write(JSON.stringify(await fuzz(parser)));
  process.exit(parser ? 0 : 2);
}

const results: Result[] = [];
for (const { name } of parsers().filter((each) => each.name.startsWith(ONLY))) {
  const result = apart(name);
  results.push(result);
  console.log(
    `${name.padEnd(30)} ${String(result.inputs).padStart(9)} inputs  ${String(result.taken).padStart(8)} taken  ${String(result.seconds).padStart(6)} s  ${String(result.growth_mb).padStart(4)} MiB more  slowest ${String(result.slowest_ms)} ms`,
  );
}
const out = join(import.meta.dirname, '../../out');
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'fuzz.json'), `${JSON.stringify(results, null, 2)}\n`);
const bad = results.filter(
  ({ growth_mb: growth, slowest_ms: slowest }) => growth > MOST_GROWTH_MB || slowest > MOST_MS,
);
for (const { name } of bad) console.error(`${name}: grows or takes too long`);
process.exitCode = bad.length > 0 || results.length === 0 ? 1 : 0;
