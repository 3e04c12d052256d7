/** The registered error codes, read from spec/errors.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../kit/project.ts';

let codes: ReadonlySet<string> | undefined;

export function registeredCodes(): ReadonlySet<string> {
  codes ??= new Set(
    [...readFileSync(join(PROJECT, 'spec/errors.md'), 'utf8').matchAll(/^\| `(MDT_[A-Z0-9_]+)` \|/gm)].map(
      ([, code = '']) => code,
    ),
  );
  return codes;
}
