/**
 * Writes conformance/kit/tried-with.json: by requirement, how many vectors are right and wrong by it, and how many faults
 * break it, so that every report can tell it, also in the published package, which has no faults. `make gen` and
 * `make vectors` run it; with `--check` it writes nothing and fails where the file is not what vectors and faults give.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadVectors } from '../../kit/vectors.ts';
import { loadFaults } from '../run.ts';

const output = join(import.meta.dirname, '../../kit/tried-with.json');

const tests = loadVectors().flatMap(({ file }) => file.testGroups.flatMap((group) => group.tests));
const faults = await loadFaults();
const ids = [...tests.flatMap(({ requirements }) => requirements), ...faults.map(({ requirement }) => requirement)];
const rows = [...new Set(ids)].sort().map((id) => {
  const its = tests.filter(({ requirements }) => requirements.includes(id));
  const valid = its.filter(({ result }) => result === 'valid').length;
  const broken = faults.filter(({ requirement }) => requirement === id).length;
  return { id, valid, invalid: its.length - valid, faults: broken };
});
const source = `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`;

if (!process.argv.includes('--check')) writeFileSync(output, source);
else if (readFileSync(output, 'utf8') !== source) {
  console.error('conformance/kit/tried-with.json is not what vectors and faults give: run make gen');
  process.exitCode = 1;
}
