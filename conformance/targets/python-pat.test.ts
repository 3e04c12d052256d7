/** The client in Python, over the vectors that a reader can use: it takes, and refuses, what they say. */
import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VECTORS = join(import.meta.dirname, '../../vectors');
const PYTHON = '/usr/bin/python3';
const FOLDER = join(import.meta.dirname, 'python-pat');

/** The kinds of tests that it has something to say to. */
const KINDS = [
  'activity-root',
  'anchor-proof',
  'authorization-url',
  'birth-record',
  'canary',
  'canonical-json',
  'chain-signature',
  'document-signature-verify',
  'ecdsa-compact',
  'ecdsa-der',
  'header-chain',
  'hosted-record',
  'jwks-signature',
  'lineage-proof',
  'log-checkpoint',
  'log-consistency',
  'log-inclusion',
  'log-promise',
  'log-root',
  'master-key',
  'merkle-root',
  'next-bits',
  'op-return-outputs',
  'op-return-script',
  'pat-batch',
  'pat-registration',
  'pat-statement',
  'payload-decode',
  'signature-hash',
  'signed-note',
  'txref-decode',
  'verdict',
];

function run(...program: string[]): { status: number | null; lines: string[] } {
  const [file = '', ...rest] = program;
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-B', join(FOLDER, file), ...rest], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return { status, lines: stdout.trim().split('\n') };
}

function ask(...questions: object[]): { status: number | null; answers: unknown[] } {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-B', join(FOLDER, 'main.py')], {
    encoding: 'utf8',
    input: questions.map((question) => JSON.stringify(question) + '\n').join(''),
  });
  assert.equal(stderr, '');
  const lines = stdout.split('\n').slice(0, -1);
  return { status, answers: lines.map((line): unknown => JSON.parse(line)) };
}

describe('python-pat and the vectors', function () {
  this.timeout(30_000);

  it('says what they expect, of each kind', () => {
    const { status, lines } = run('vectors.py', VECTORS);
    assert.equal(status, 0, lines.join('\n'));
    const numbers = new Map(lines.map((line) => line.split(' ') as [string, string]));
    assert.deepEqual([...numbers.keys()], KINDS);
    for (const [kind, number] of numbers) assert.ok(Number(number) >= 2, `${kind}: ${number}`);
  });

  describe('where one of them is another', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'milagro-vectors-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    function changed(file: string, change: (test: VectorTest) => boolean): void {
      const path = join(folder, file);
      copyFileSync(join(VECTORS, file), path);
      const vectors = JSON.parse(readFileSync(path, 'utf8')) as { testGroups: { tests: VectorTest[] }[] };
      const test = vectors.testGroups.flatMap(({ tests }) => tests).find(change);
      assert.ok(test);
      writeFileSync(path, JSON.stringify(vectors));
      const { status, lines } = run('vectors.py', folder);
      assert.equal(status, 1);
      assert.match(lines[0] ?? '', new RegExp(`^${file} ${String(test.tcId)}: `));
    }

    for (const [file, member, value] of [
      ['header-chain.json', 'work', '00'.repeat(32)],
      ['hosted-record.json', 'digest', '00'.repeat(32)],
      ['log-promise.json', 'hash', '00'.repeat(32)],
      ['pat-registration.json', 'existed_before', '2026-01-01T00:00:00Z'],
      ['status.json', 'state', 'TRIPPED'],
      ['verdict.json', 'existed_after', '2026-01-01T00:00:00Z'],
      ['verdict.json', 'remembers', {}],
    ] as const) {
      it(`notices another ${member} in ${file}`, () => {
        changed(file, ({ expected }) => {
          if (expected === undefined || !(member in expected)) return false;
          expected[member] = value;
          return true;
        });
      });
    }

    for (const file of ['activity-root.json', 'anchor-proof.json', 'pat-registration.json']) {
      it(`notices another code in ${file}`, () => {
        changed(file, (test) => {
          if (test.result !== 'invalid') return false;
          test.code = 'MDT_INTERNAL';
          return true;
        });
      });
      it(`notices in ${file} what it should have refused`, () => {
        changed(file, (test) => {
          if (test.result !== 'valid') return false;
          test.result = 'invalid';
          test.code = 'MDT_SIGNATURE';
          return true;
        });
      });
    }
  });

  it('comes to its verdicts over the network, whatever hosts and sources do', function () {
    this.timeout(240_000);
    const { status, lines } = run('trials.py');
    assert.equal(status, 0, lines.join('\n'));
    assert.match(lines[0] ?? '', /^trials [0-9]{2}$/);
  });

  it('answers line by line, and ends where it is told to', () => {
    const inclusion = { leaf_hash: '00'.repeat(32), index: 0, tree_size: 1, root: '00'.repeat(32), proof: [] };
    const { status, answers } = ask(
      { id: 'a', op: 'verify_log', check: 'inclusion', input: inclusion },
      { id: 'b', op: 'verify_log', check: 'inclusion', input: { ...inclusion, tree_size: 2 } },
      { id: 'c', op: 'sign' },
      { id: 'd', op: 'close' },
      { id: 'e', op: 'sign' },
    );
    assert.equal(status, 0);
    assert.deepEqual(answers, [
      { id: 'a', verdict: 'VERIFIED', evidence: {} },
      { id: 'b', verdict: 'REJECTED', code: 'MDT_LOG_INCLUSION', evidence: {} },
      { id: 'c', unsupported: true },
    ]);
  });
});

interface VectorTest {
  tcId: number;
  result: string;
  code?: string;
  expected?: Record<string, unknown>;
}
