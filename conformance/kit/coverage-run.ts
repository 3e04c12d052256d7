/**
 * `make coverage`: certifies the reference in each role that serves, runs the vectors, and writes what of the specification
 * was looked at to `out/coverage.json`. Exit 0 only if all were certified and no MUST of their profiles is left out. With
 * folders of reports as arguments it takes those for the runs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report, ReportCheck } from '../../reference/gen/schemas.ts';
import { loadFaults } from '../faults/run.ts';
import { coverageOf, uncovered } from './coverage.ts';
import { EventStream } from './events.ts';
import { loadLedger } from './ledger.ts';
import { loadTarget } from './manifest.ts';
import { PROJECT } from './project.ts';
import { certify } from './run.ts';
import { verifyVectors } from './vectors.ts';

interface Run {
  readonly exit: number;
  readonly checks: readonly ReportCheck[];
  readonly profiles: readonly string[];
}

const TARGETS = ['reference.target.yaml', 'reference-idp.target.yaml', 'reference-relay.target.yaml'];

async function certified(file: string): Promise<Run> {
  const target = loadTarget(join(PROJECT, 'conformance/targets', file));
  const { exit, checks } = await certify({ target, seed: 'coverage', events: new EventStream(), chain: {} });
  return { exit, checks, profiles: target.manifest.claims.profiles };
}

function reported(folder: string): Run {
  const { exit, checks, target } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
  return { exit, checks, profiles: target.profiles };
}

const folders = process.argv.slice(2);
const runs: Run[] = folders.map(reported);
if (folders.length === 0) for (const file of TARGETS) runs.push(await certified(file));

const ledger = loadLedger(join(PROJECT, 'spec'));
const checks = runs.flatMap((run) => run.checks);
const rows = coverageOf(ledger, { checks, vectors: await verifyVectors(), faults: await loadFaults() });
mkdirSync(join(PROJECT, 'out'), { recursive: true });
writeFileSync(join(PROJECT, 'out/coverage.json'), `${JSON.stringify(rows, undefined, 2)}\n`);

const profiles = [...new Set(runs.flatMap((run) => run.profiles))] as Parameters<typeof uncovered>[1];
const missing = uncovered(rows, profiles);
const musts = rows.filter(({ level, profile }) => level === 'MUST' && profiles.some((claimed) => claimed === profile));
const faulted = musts.filter(({ faults }) => faults > 0).length;
const untestable = musts.filter((row) => row.untestable !== null).length;
for (const { id, role } of missing) process.stdout.write(`nothing looks at ${id} (${role})\n`);
process.stdout.write(
  `${String(musts.length)} MUSTs: ${String(musts.length - missing.length - untestable)} looked at, ${String(untestable)} untestable, ${String(missing.length)} left out; ${String(faulted)} broken by a fault\n`,
);
process.exit(runs.every(({ exit }) => exit === 0) && missing.length === 0 ? 0 : 1);
