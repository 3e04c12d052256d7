/** The registered error codes, each with the status it travels with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRegistry, type RegisteredError } from '../kit/error-registry.ts';
import { PROJECT } from '../kit/project.ts';

let codes: ReadonlyMap<string, RegisteredError> | undefined;

export function registeredCodes(): ReadonlyMap<string, RegisteredError> {
  codes ??= readRegistry(readFileSync(join(PROJECT, 'spec/errors.md'), 'utf8'));
  return codes;
}
