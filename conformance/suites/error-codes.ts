/** The registered error codes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRegistry } from '../kit/error-registry.ts';
import { PROJECT } from '../kit/project.ts';

let codes: ReadonlySet<string> | undefined;

export function registeredCodes(): ReadonlySet<string> {
  codes ??= new Set(readRegistry(readFileSync(join(PROJECT, 'spec/errors.md'), 'utf8')).keys());
  return codes;
}
