/**
 * `make bench-kit`: how much faster the kit certifies the reference with two scenes at a time than with one, whether both
 * runs come to the same, and what a check costs the kit in CPU time. Writes out/bench-kit.json. Exit 0 only if every run
 * was certified and all outcomes were the same; how fast it was is for people to judge, on a machine that is quiet.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EventStream } from '../kit/events.ts';
import { loadTarget } from '../kit/manifest.ts';
import { PROJECT } from '../kit/project.ts';
import { certify } from '../kit/run.ts';

interface Measured {
  readonly parallel: number;
  readonly wallMs: number;
  /** CPU time of the kit from the first scene on, by check: most of it passes on what target and node say to each other. */
  readonly cpuMsByCheck: number;
  /** Time in the check itself, once it has what it looks at; the mean. */
  readonly msByCheck: number;
  readonly verdict: string;
  readonly outcomes: readonly string[];
}

/** Each of them twice, in turns, so that a machine that becomes slower slows both. */
const ROUNDS = [1, 2, 1, 2];

async function measured(parallel: number): Promise<Measured> {
  const target = loadTarget(join(PROJECT, 'conformance/targets/reference.target.yaml'));
  const events = new EventStream();
  const began = performance.now();
  const { checks, verdict } = await certify({ target, seed: 'bench', events, chain: {}, parallel, began });
  const wallMs = Math.round(performance.now() - began);
  const finished = events.events.findLast((event) => event.type === 'run_finished');
  const cpuMs = finished?.timing.kitCpuMs ?? Number.NaN;
  const cpuMsByCheck = rounded(cpuMs / checks.length);
  const msByCheck = rounded(checks.reduce((sum, { ms }) => sum + ms, 0) / checks.length);
  console.log(
    `${String(parallel)} at a time: ${String(wallMs)} ms, ${String(cpuMsByCheck)} ms of CPU a check, ${String(msByCheck)} ms in it, ${verdict}`,
  );
  return {
    parallel,
    wallMs,
    cpuMsByCheck,
    msByCheck,
    verdict,
    outcomes: checks.map(({ id, outcome }) => `${id} ${outcome}`),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The faster of its runs: what else the machine did can only have made it slower. */
function fastest(runs: readonly Measured[], parallel: number): number {
  return Math.min(...runs.filter((run) => run.parallel === parallel).map(({ wallMs }) => wallMs));
}

const runs: Measured[] = [];
for (const parallel of ROUNDS) runs.push(await measured(parallel));
const ratio = rounded(fastest(runs, 1) / fastest(runs, 2));
const same = runs.every(({ outcomes }) => isDeepStrictEqual(outcomes, runs[0]?.outcomes));
const certified = runs.every(({ verdict }) => verdict === 'certified');
console.log(`kit.parallel.ratio ${String(ratio)}, outcomes ${same ? 'the same' : 'NOT the same'}`);
mkdirSync(join(PROJECT, 'out'), { recursive: true });
writeFileSync(
  join(PROJECT, 'out/bench-kit.json'),
  `${JSON.stringify({ id: 'kit.parallel.ratio', ratio, same, runs }, undefined, 2)}\n`,
);
process.exitCode = same && certified ? 0 : 1;
