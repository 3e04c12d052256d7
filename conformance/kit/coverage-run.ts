/**
 * `make coverage`: certifies the reference, runs the vectors, and writes what of the specification was looked at
 * to `out/coverage.json`. Exit 0 only if the reference was certified and no MUST of its profiles is left out.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadFaults } from '../faults/run.ts';
import { coverageOf, uncovered } from './coverage.ts';
import { EventStream } from './events.ts';
import { loadLedger } from './ledger.ts';
import { loadTarget } from './manifest.ts';
import { PROJECT } from './project.ts';
import { certify } from './run.ts';
import { verifyVectors } from './vectors.ts';

const target = loadTarget(join(PROJECT, 'conformance/targets/reference.target.yaml'));
const { exit, checks } = await certify({ target, seed: 'coverage', events: new EventStream(), chain: {} });
const ledger = loadLedger(join(PROJECT, 'spec'));
const rows = coverageOf(ledger, { checks, vectors: await verifyVectors(), faults: await loadFaults() });
mkdirSync(join(PROJECT, 'out'), { recursive: true });
writeFileSync(join(PROJECT, 'out/coverage.json'), `${JSON.stringify(rows, undefined, 2)}\n`);

const missing = uncovered(rows, target.manifest.claims.profiles);
const musts = rows.filter(
  ({ level, profile }) => level === 'MUST' && target.manifest.claims.profiles.some((claimed) => claimed === profile),
);
const faulted = musts.filter(({ faults }) => faults > 0).length;
const untestable = musts.filter((row) => row.untestable !== null).length;
for (const { id, role } of missing) process.stdout.write(`nothing looks at ${id} (${role})\n`);
process.stdout.write(
  `${String(musts.length)} MUSTs: ${String(musts.length - missing.length - untestable)} looked at, ${String(untestable)} untestable, ${String(missing.length)} left out; ${String(faulted)} broken by a fault\n`,
);
process.exit(exit === 0 && missing.length === 0 ? 0 : 1);
