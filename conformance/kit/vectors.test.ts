import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { KitError } from './kit-error.ts';
import { loadVectors, verifyVectors } from './vectors.ts';

describe('vectors and the oracle', () => {
  it('agree on every test', async () => {
    const results = await verifyVectors();
    assert.deepEqual(
      results.filter((result) => !result.passed),
      [],
    );
    assert.equal(
      results.length,
      loadVectors().reduce((sum, { file }) => sum + file.numberOfTests, 0),
    );
  }).timeout(20_000);
});

describe('verifyVectors', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const locator = loadVectors().find(({ name }) => name === 'locator')?.file ?? assert.fail('no locator.json');
  const write = (change: (file: VectorFile) => void): void => {
    const file = structuredClone(locator);
    change(file);
    writeFileSync(join(folder, 'locator.json'), JSON.stringify(file));
  };

  it('fails a test whose value differs from the expected one', async () => {
    write((file) => (file.testGroups[0].tests[0].expected = { txref: 'tx1:wrong' }));
    const [first, second] = await verifyVectors(folder);
    assert.deepEqual([first?.passed, first?.got], [false, 'valid {"txref":"tx1:rqqq-qqqq-qwtv-vjr"}']);
    assert.equal(second?.passed, true);
  });

  it('fails a test that is refused with another code', async () => {
    write((file) => {
      const [test] = file.testGroups.at(-1)?.tests ?? [];
      if (test) test.code = 'MDT_PUSH';
    });
    const last = (await verifyVectors(folder)).filter((result) => !result.passed);
    assert.deepEqual(
      last.map(({ expected, got }) => [expected, got]),
      [['MDT_PUSH', 'MDT_TXREF']],
    );
  });

  it('refuses a file that is not a vector file, with the place of the fault', async () => {
    write((file) => ((file as { numberOfTests: unknown }).numberOfTests = 'many'));
    await assert.rejects(
      verifyVectors(folder),
      (error: unknown) =>
        error instanceof KitError && error.code === 'MDT_KIT_VECTORS' && error.field === '/numberOfTests',
    );
  });

  it('refuses a group that nothing runs', async () => {
    write((file) => (file.testGroups[0].type = 'palm-reading'));
    await assert.rejects(
      verifyVectors(folder),
      (error: unknown) => error instanceof KitError && error.message.includes('palm-reading'),
    );
  });

  it('refuses a folder without vectors', async () => {
    rmSync(join(folder, 'locator.json'));
    await assert.rejects(
      verifyVectors(folder),
      (error: unknown) => error instanceof KitError && error.code === 'MDT_KIT_VECTORS',
    );
  });
});
