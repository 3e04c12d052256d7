import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Package;

/** Names in the first column of the table under this heading of CONTRIBUTING. */
function listed(heading: string): string[] {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const table = text.slice(text.indexOf(`| ${heading}`)).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .flatMap((row) => (row.split('|')[1] ?? '').split(',').map((name) => name.trim()))
    .filter((name) => name !== '')
    .sort();
}

describe('the dependencies', () => {
  it('of the product each have their line in CONTRIBUTING, and no line is of a package that is gone', () => {
    assert.deepEqual(listed('package'), Object.keys(dependencies).sort());
  });

  it('of development likewise', () => {
    const types = Object.keys(devDependencies).filter((name) => name.startsWith('@types/'));
    const others = Object.keys(devDependencies).filter((name) => !name.startsWith('@types/'));
    assert.deepEqual(listed('development only'), [...others, ...(types.length > 0 ? ['@types/*'] : [])].sort());
  });

  it('are named by exact versions', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  });
});
