import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLedger } from '../kit/ledger.ts';
import { PROJECT } from '../kit/project.ts';
import type { Fault } from './fault.ts';
import { loadFaults } from './run.ts';

describe('the faults', () => {
  let faults: Fault[];
  before(async () => {
    faults = await loadFaults();
  });

  it('are each in a file of their name', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const expected = files
      .map((name) => name.replace(/\.ts$/, ''))
      .filter((id) => !['fault', 'load', 'run'].includes(id));
    assert.deepEqual(
      faults.map(({ id }) => id),
      expected.sort(),
    );
  });

  it('break a requirement that their role is bound by, and list at most three others, each there and with a reason', () => {
    const { requirements } = loadLedger(join(PROJECT, 'spec'));
    for (const { id, requirement, role = 'dta', breaks, also = [] } of faults) {
      assert.ok(requirements.get(requirement)?.roles.includes(role === 'pat' ? 'verifier' : role), id);
      assert.ok(breaks.length > 10, id);
      assert.ok(also.length <= 3, id);
      for (const other of also) {
        assert.ok(
          requirements.has(other.requirement) && other.requirement !== requirement,
          `${id}: ${other.requirement}`,
        );
        assert.ok(other.reason.length > 10, id);
      }
    }
  });

  it('replace exports that are there', () => {
    for (const { id, replaces } of faults) {
      for (const [path, exports] of Object.entries(replaces)) {
        assert.ok(path.startsWith('reference/') && existsSync(join(PROJECT, path)), `${id}: ${path}`);
        const source = readFileSync(join(PROJECT, path), 'utf8');
        for (const name of Object.keys(exports))
          assert.match(
            source,
            new RegExp(`^export (async )?(function|class|const) ${name}\\b`, 'm'),
            `${id}: ${path} exports ${name}`,
          );
      }
    }
  });

  it('are found by ID', async () => {
    assert.deepEqual(
      (await loadFaults(['high-s', 'wrong-marker'])).map(({ id }) => id),
      ['high-s', 'wrong-marker'],
    );
    assert.deepEqual(await loadFaults(['no-such-fault']), []);
  });
});

describe('the loader of faults', function () {
  this.timeout(20_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'milagro-fault-test-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What a program prints, and what the loader tells, under a fault. */
  function under(id: string, program: string): { status: number | null; out: string; told: string[] } {
    const path = join(folder, 'program.ts');
    writeFileSync(path, program);
    const loader = join(import.meta.dirname, 'load.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', loader, path], {
      env: { ...process.env, MDT_FAULT: id },
      encoding: 'utf8',
    });
    return { status, out: stdout, told: stderr.split('\n').filter((line) => line.startsWith('{"fault"')) };
  }

  const PAYLOAD = join(PROJECT, 'reference/core/payload.ts');
  const ENCODE = `
    import { decodePayload, encodePayload } from '${PAYLOAD}';
    console.log(Buffer.from(encodePayload({ kind: 'STATUS', digest: new Uint8Array(32), entityId: new Uint8Array(32) })).toString('latin1', 0, 12), typeof decodePayload);`;

  it('puts the replacement in the place of the export, leaves the others, and tells that it applied and fired', () => {
    const { out, told } = under('wrong-marker', ENCODE);
    assert.equal(out, 'DOCPROOFD-TA function\n');
    assert.deepEqual(told, ['{"fault":"wrong-marker","applied":true}', '{"fault":"wrong-marker","fired":true}']);
  });

  it('tells that it applied and did not fire, where nothing calls what it replaces', () => {
    const { out, told } = under(
      'wrong-marker',
      `import { encodePayload } from '${PAYLOAD}'; console.log(typeof encodePayload);`,
    );
    assert.deepEqual([out, told], ['function\n', ['{"fault":"wrong-marker","applied":true}']]);
  });

  it('tells nothing where the module is not loaded', () => {
    assert.deepEqual(under('wrong-marker', 'console.log(1)'), { status: 0, out: '1\n', told: [] });
  });

  it('ends a program under a fault that there is none of', () => {
    assert.notEqual(under('no-such-fault', 'console.log(1)').status, 0);
  });
});
