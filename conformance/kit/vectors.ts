/** Runs every vector of vectors/ through the kit's own oracle: `milagro-trust vectors verify`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { VectorFile, VectorTest } from '../../reference/gen/schemas.ts';
import { Refusal } from '../oracle/refusal.ts';
import { KitError } from './kit-error.ts';
import { PROJECT } from './project.ts';
import { schemaFault } from './schemas.ts';
import { JUDGES } from './vector-judges.ts';

export interface VectorResult {
  /** File name without ending, e.g. `payload`. */
  file: string;
  /** Type of the group, which says what the test is run through. */
  type: string;
  tcId: number;
  comment: string;
  requirements: string[];
  passed: boolean;
  /** What the vector expects: `valid` with its values, or a code. */
  expected: string;
  /** What came. */
  got: string;
}

/** Every vector's result, in the order of the files. Throws `MDT_KIT_VECTORS` where a file is not a vector file. */
export async function verifyVectors(folder: string = join(PROJECT, 'vectors')): Promise<VectorResult[]> {
  const results: VectorResult[] = [];
  for (const { name, file } of loadVectors(folder)) {
    for (const group of file.testGroups) {
      const judge = JUDGES[group.type];
      if (judge === undefined)
        throw new KitError('MDT_KIT_VECTORS', `vectors/${name}.json: nothing runs tests of type ${group.type}`);
      for (const test of group.tests) results.push({ file: name, type: group.type, ...(await judgeTest(judge, test)) });
    }
  }
  return results;
}

/** Vector files of a folder by name. */
export function loadVectors(folder: string = join(PROJECT, 'vectors')): { name: string; file: VectorFile }[] {
  const names = filesOf(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (names.length === 0) throw new KitError('MDT_KIT_VECTORS', `${folder} holds no vectors`);
  return names.map((name) => ({ name: name.replace(/\.json$/, ''), file: readVectorFile(join(folder, name)) }));
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new KitError('MDT_KIT_USAGE', `${folder} cannot be read: ${(cause as Error).message}`, {
      field: 'folder',
      cause,
    });
  }
}

function readVectorFile(path: string): VectorFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new KitError('MDT_KIT_VECTORS', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const fault = schemaFault('vector-file', value);
  if (fault) throw new KitError('MDT_KIT_VECTORS', `${path}: ${fault.field} ${fault.message}`, { field: fault.field });
  return value as VectorFile;
}

async function judgeTest(
  judge: (input: never) => unknown,
  test: VectorTest,
): Promise<Omit<VectorResult, 'file' | 'type'>> {
  const { tcId, comment, requirements } = test;
  const expected = test.result === 'valid' ? `valid ${JSON.stringify(test.expected)}` : (test.code ?? '');
  const said = (passed: boolean, got: string): Omit<VectorResult, 'file' | 'type'> => ({
    tcId,
    comment,
    requirements,
    passed,
    expected,
    got,
  });
  try {
    const value = await judge(test.input as never);
    return said(test.result === 'valid' && isDeepStrictEqual(value, test.expected), `valid ${JSON.stringify(value)}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return said(test.result === 'invalid' && error.code === test.code, error.code);
  }
}
