/**
 * Writes conformance/kit/common-causes.json: what the faults break, by requirement, so that `explain` can tell it in the
 * published package, which has no faults. `make gen` runs it; with `--check` it writes nothing and fails where the file is
 * not what the faults give.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadFaults } from '../run.ts';

const output = join(import.meta.dirname, '../../kit/common-causes.json');

const faults = await loadFaults();
const byRequirement = Map.groupBy(faults, ({ requirement }) => requirement);
const causes = [...byRequirement.keys()]
  .sort()
  .map((requirement) => [requirement, byRequirement.get(requirement)?.map(({ breaks }) => breaks)]);
const source = `${JSON.stringify(Object.fromEntries(causes), undefined, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(output, source);
else if (readFileSync(output, 'utf8') !== source) {
  console.error('conformance/kit/common-causes.json is not what the faults give: run make gen');
  process.exitCode = 1;
}
