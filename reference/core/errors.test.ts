import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ERROR_CARRIERS } from './errors.ts';

/** Rows of the registry: code, gRPC, HTTP; `–` where the code does not travel by that carrier. */
function registry(): Record<string, { grpc: string | undefined; http: number | undefined }> {
  const text = readFileSync(new URL('../../spec/errors.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(MDT_\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|/gm)];
  return Object.fromEntries(
    rows.map(([, code = '', grpc = '', http = '']) => [
      code,
      { grpc: grpc.trim() === '–' ? undefined : grpc.trim(), http: http.trim() === '–' ? undefined : Number(http) },
    ]),
  );
}

describe('the error table', () => {
  it('is the registry of spec/errors.md: the same codes with the same carriers', () => {
    assert.deepEqual(ERROR_CARRIERS, registry());
  });

  it('lists codes in the order of the registry', () => {
    assert.deepEqual(Object.keys(ERROR_CARRIERS), Object.keys(registry()));
  });
});
