/**
 * What a vector file has to be beyond its schema: numbers that agree, flags that are explained, requirement
 * IDs that the prose has, and codes that the registry gives to one of the requirements cited.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadLedger } from '../../conformance/kit/ledger.ts';
import { PROJECT } from '../../conformance/kit/project.ts';
import { readRegistry } from '../../conformance/kit/error-registry.ts';
import { schemaFault } from '../../conformance/kit/schemas.ts';
import type { VectorFile, VectorTest } from '../../reference/gen/schemas.ts';

const SPEC = join(PROJECT, 'spec');

/** What is wrong with a file, a sentence each; empty when nothing is. */
export function lintVectors(name: string, file: VectorFile): string[] {
  const fault = schemaFault('vector-file', file);
  if (fault) return [`vectors/${name}: ${fault.field} ${fault.message}`];
  const tests = file.testGroups.flatMap((group) => group.tests);
  const faults = [
    ...lintNumbers(file, tests),
    ...lintNotes(file, tests),
    ...lintSources(file),
    ...tests.flatMap(lintTest),
  ];
  return faults.map((text) => `vectors/${name}: ${text}`);
}

function lintNumbers(file: VectorFile, tests: VectorTest[]): string[] {
  const faults: string[] = [];
  if (file.numberOfTests !== tests.length)
    faults.push(`numberOfTests is ${String(file.numberOfTests)}, there are ${String(tests.length)}`);
  if (new Set(tests.map((test) => test.tcId)).size !== tests.length) faults.push('a tcId stands twice');
  const inputs = new Map<string, number>();
  for (const group of file.testGroups) {
    for (const test of group.tests) {
      const key = JSON.stringify([group.type, test.input]);
      const earlier = inputs.get(key);
      if (earlier !== undefined) faults.push(`${String(test.tcId)} has the input of ${String(earlier)}`);
      inputs.set(key, test.tcId);
    }
  }
  return faults;
}

function lintNotes(file: VectorFile, tests: VectorTest[]): string[] {
  const used = new Set(tests.flatMap((test) => test.flags));
  const noted = new Set(Object.keys(file.notes));
  return [
    ...[...used].filter((flag) => !noted.has(flag)).map((flag) => `flag ${flag} has no note`),
    ...[...noted].filter((flag) => !used.has(flag)).map((flag) => `note ${flag} is used by no test`),
  ];
}

/** A list of somebody else's says whose and under which licence. */
function lintSources(file: VectorFile): string[] {
  return file.testGroups
    .filter((group) => group.official === true && (group.license === undefined || !group.source.includes('http')))
    .map((group) => `official group ${group.type} without address or licence`);
}

function lintTest(test: VectorTest): string[] {
  const { requirements } = loadOnce();
  const id = String(test.tcId);
  const faults = test.requirements
    .filter((cited) => !requirements.has(cited))
    .map((cited) => `${id} cites ${cited}, which the prose does not have`);
  const code = test.code ?? (test.expected?.['code'] as string | undefined);
  if (code !== undefined) {
    const registered = loadOnce().registry.get(code);
    if (registered === undefined) faults.push(`${id} expects ${code}, which spec/errors.md does not have`);
    else if (!test.requirements.some((cited) => registered.requirements.includes(cited)))
      faults.push(`${id}: ${code} belongs to none of the requirements cited`);
  }
  if (test.result === 'invalid') {
    if (test.expected !== undefined) faults.push(`${id} is invalid and expects a value`);
  } else if (test.code !== undefined) faults.push(`${id} is valid and has a code`);
  return faults;
}

let loaded:
  | { requirements: ReturnType<typeof loadLedger>['requirements']; registry: ReturnType<typeof readRegistry> }
  | undefined;

function loadOnce(): NonNullable<typeof loaded> {
  return (loaded ??= {
    requirements: loadLedger(SPEC).requirements,
    registry: readRegistry(readFileSync(join(SPEC, 'errors.md'), 'utf8')),
  });
}
