/** Where the project's data (spec, schemas, vectors) lies: the package root, from source or from dist/. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(from: string): string {
  if (existsSync(join(from, 'spec')) && existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('the package is incomplete: no spec/ above the kit');
  return findRoot(parent);
}

export const PROJECT: string = findRoot(import.meta.dirname);

/** Version of the kit, from package.json. */
export const VERSION: string = (JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string })
  .version;
