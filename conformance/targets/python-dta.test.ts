/** The D-TA in Python, over the vectors that a writer can use: what it makes is what they expect. */
import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VECTORS = join(import.meta.dirname, '../../vectors');
const PYTHON = '/usr/bin/python3';

/** The kinds of tests that it has something to say to. */
const KINDS = [
  'birth-record',
  'canonical-json',
  'chain-signature',
  'document-signature-sign',
  'master-key',
  'merkle-branch',
  'op-return-script',
  'payload-decode',
  'txref-encode',
];

function run(folder: string): { status: number | null; lines: string[] } {
  const program = join(import.meta.dirname, 'python-dta/vectors.py');
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-B', program, folder], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return { status, lines: stdout.trim().split('\n') };
}

describe('python-dta and the vectors', function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-vectors-'));
    cpSync(VECTORS, folder, { recursive: true, filter: (path) => path === VECTORS || path.endsWith('.json') });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes what they expect, of each kind', () => {
    const { status, lines } = run(folder);
    assert.equal(status, 0, lines.join('\n'));
    const numbers = new Map(lines.map((line) => line.split(' ') as [string, string]));
    assert.deepEqual([...numbers.keys()], KINDS);
    for (const [kind, number] of numbers) assert.ok(Number(number) >= 2, `${kind}: ${number}`);
  });

  for (const [file, member, value] of [
    ['canonical-json.json', 'digest', '00'.repeat(32)],
    ['document-signature.json', 'signature', '00'.repeat(64)],
    ['locator.json', 'txref', 'tx1:rqqq-qqqq-qqqq-qqq'],
    ['merkle.json', 'branch', []],
    ['birth-record.json', 'digest', '00'.repeat(32)],
  ] as const) {
    it(`notices another ${member} in ${file}`, () => {
      const path = join(folder, file);
      const vectors = JSON.parse(readFileSync(path, 'utf8')) as VectorFile;
      const test = vectors.testGroups
        .flatMap(({ tests }) => tests)
        .find(({ expected }) => expected !== undefined && member in expected);
      assert.ok(test?.expected);
      test.expected[member] = value;
      writeFileSync(path, JSON.stringify(vectors));
      const { status, lines } = run(folder);
      assert.equal(status, 1);
      assert.match(lines[0] ?? '', new RegExp(`^${file} ${String(test.tcId)}: `));
    });
  }
});

interface VectorFile {
  testGroups: { tests: { tcId: number; expected?: Record<string, unknown> }[] }[];
}
