/**
 * Hostile: its data directory is full of what must not be followed, opened, or waited for: links out of it and in circles, a FIFO that
 * nobody writes to, a socket, a file of a terabyte that is one hole, directories deeper than a path may be long, a directory that nobody may list,
 * names that are no text, and more files than anybody looks at.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onDataDirectory } from './launch-line.ts';

const DEPTH = 1_500;
const FILES = 10_500;

onDataDirectory((folder) => {
  const trap = join(folder, 'trap');
  try {
    mkdirSync(trap, { recursive: true });
    fill(trap);
  } catch {
    // an earlier life has done it
  }
});

function fill(trap: string): void {
  for (const [name, to] of [
    ['etc', '/etc'],
    ['root', '/'],
    ['zero', '/dev/zero'],
    ['circle', '.'],
    ['nowhere', 'gone'],
  ] as const)
    symlinkSync(to, join(trap, name));
  spawnSync('mkfifo', [join(trap, 'fifo')]);
  createServer()
    .on('error', () => undefined)
    .listen(join(trap, 'socket'))
    .unref();
  const hole = openSync(join(trap, 'hole'), 'w');
  ftruncateSync(hole, 2 ** 40);
  closeSync(hole);
  writeFileSync(Buffer.concat([Buffer.from(`${trap}/`), Buffer.from([0xff, 0x1b, 0x5b, 0x32, 0x4a, 0x0a])]), '');
  const home = process.cwd();
  process.chdir(trap);
  for (let depth = 0; depth < DEPTH; depth++) {
    mkdirSync('deeper');
    process.chdir('deeper');
  }
  process.chdir(home);
  const first = join(trap, 'file');
  writeFileSync(first, '');
  for (let index = 0; index < FILES; index++) linkSync(first, join(trap, `file-${String(index)}`));
  mkdirSync(join(trap, 'closed'));
  chmodSync(join(trap, 'closed'), 0);
}
