import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadLedger } from './ledger.ts';
import { PROJECT } from './project.ts';
import { triedWith } from './tried-with.ts';
import { ledgerWith, requirement } from './sample-ledger.ts';

describe('what the checks of this kit were tried with', () => {
  it('is told of requirements that the ledger has, in its order', () => {
    const ids = ['MDT-DOC-013', 'MDT-ANC-102', 'MDT-AAA-001'];
    const rows = triedWith(ledgerWith(...ids.map((id) => requirement(id))));
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['MDT-DOC-013', 'MDT-ANC-102'],
    );
    const [written, read] = rows;
    assert.ok(written && read && written.faults > 0 && read.valid > 0 && read.invalid > 0);
  });

  it('names no requirement that there is not', async () => {
    const { default: all } = await import('./tried-with.json', { with: { type: 'json' } });
    assert.equal(triedWith(loadLedger(join(PROJECT, 'spec'))).length, all.length);
  });
});
