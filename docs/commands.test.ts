/**
 * Every command in the docs is run. A `sh` block is run here line by line, from the root of a checkout; of make
 * targets it is enough that `.ci/run` has them as a step of their own, because `make test` is running already.
 * A `console` block shows a session that needs something of the reader's.
 */
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(import.meta.dirname).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];
const CI = readFileSync(join(ROOT, '.ci/run'), 'utf8');
const MAKEFILE = readFileSync(join(ROOT, 'Makefile'), 'utf8');

interface Line {
  readonly page: string;
  readonly command: string;
}

/** Command lines of the `sh` blocks of a page, comments left out. */
function commandsOf(page: string): Line[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+#\s.*$/, '').trim())
      .filter((line) => line !== '')
      .map((command) => ({ page, command })),
  );
}

const lines = PAGES.flatMap(commandsOf);

describe('the commands in the docs', function () {
  this.timeout(300_000); // a whole certification is among them

  it('are there', () => {
    assert.ok(lines.length >= 10, `only ${String(lines.length)} commands found`);
  });

  for (const { page, command } of lines.filter((line) => line.command.startsWith('make '))) {
    it(`${page}: ${command} is a target and a step of CI`, () => {
      const target = command.split(' ')[1] ?? '';
      assert.match(MAKEFILE, new RegExp(`^${target}:`, 'm'));
      assert.match(CI, new RegExp(`^.*(step|beside) \\S+ make ${target}$`, 'm'));
    });
  }

  it('of the program succeed, one after the other as a reader would type them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'milagro-docs-'));
    try {
      for (const { page, command } of lines.filter((line) => line.command.startsWith('.tools/milagro-trust '))) {
        const words = command.replace('.tools/milagro-trust', `'${join(ROOT, 'conformance/cli/milagro-trust')}'`);
        const { status, stdout, stderr } = spawnSync('sh', ['-c', words], {
          cwd: folder,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        assert.equal(status, 0, `${page}: ${command}\n${stdout}\n${stderr}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('mention no target of make that is not there', () => {
    for (const page of PAGES) {
      for (const [, target = ''] of readFileSync(join(ROOT, page), 'utf8').matchAll(/`make ([a-z-]+)`/g)) {
        assert.match(MAKEFILE, new RegExp(`^${target}:`, 'm'), `${page}: make ${target}`);
      }
    }
  });
});

describe('the links in the docs', () => {
  for (const page of PAGES) {
    it(`${page}: lead to files that are there`, () => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      const folder = join(ROOT, page, '..');
      for (const [, link = ''] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        assert.doesNotThrow(() => readdirOrFile(join(folder, link)), `${page}: ${link}`);
      }
    });
  }
});

function readdirOrFile(path: string): void {
  try {
    readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
  }
}
