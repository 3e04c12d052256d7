import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Revision } from '../../conformance/kit/frozen.ts';
import { ledgerWith, requirement } from '../../conformance/kit/sample-ledger.ts';
import { checkFormerIds, checkUntestable, withdrawnBy } from './history.ts';

const frozen = (...ids: string[]): Revision => ({
  revision: '0',
  requirements: Object.fromEntries(ids.map((id) => [id, requirement(id)])),
});
const LEDGER = ledgerWith(requirement('MDT-AAA-001'), requirement('MDT-AAA-002', { legacyIds: ['MDT-AAB-001'] }));

describe('checkFormerIds', () => {
  it('finds nothing where every earlier ID is there, was renamed or was withdrawn', () => {
    const log = '## 1\n\n- **Shelves.** Withdrawn: MDT-AAA-003, which nobody\n  could meet, and MDT-AAA-004.\n';
    const revisions = [frozen('MDT-AAA-001', 'MDT-AAB-001'), frozen('MDT-AAA-003', 'MDT-AAA-004')];
    assert.deepEqual(checkFormerIds(LEDGER, revisions, log), []);
  });

  it('finds an ID that was lost, also where the change log only speaks of it', () => {
    const log = '- Withdrawn: MDT-AAA-004.\n- MDT-AAA-003 changes its sentence.\n';
    const faults = checkFormerIds(LEDGER, [frozen('MDT-AAB-001', 'MDT-AAA-003')], log);
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', /^MDT-AAA-003 is lost/);
  });

  it('finds a former ID that no revision had', () => {
    assert.deepEqual(checkFormerIds(LEDGER, [frozen('MDT-AAA-001')], ''), [
      'MDT-AAA-002 was never MDT-AAB-001: no frozen revision has that',
    ]);
  });
});

describe('withdrawnBy', () => {
  it('takes the word where it heads a list, and not in passing', () => {
    assert.deepEqual([...withdrawnBy('MDT-AAA-001: new; none is withdrawn.')], []);
  });
});

describe('checkUntestable', () => {
  const ledger = (untestable: number): ReturnType<typeof ledgerWith> =>
    ledgerWith(
      ...Array.from({ length: 100 }, (_, index) =>
        requirement(`MDT-AAA-${String(index + 101)}`, index < untestable ? { untestable: 'inside' } : {}),
      ),
      requirement('MDT-AAB-001', { level: 'SHOULD', untestable: 'inside' }),
    );

  it('lets 8 % of the MUSTs be untestable', () => {
    assert.deepEqual(checkUntestable(ledger(8)), []);
  });

  it('finds more than that, and names them', () => {
    assert.match(checkUntestable(ledger(9)).join(), /^9 of 100 MUSTs are untestable, more than 8 %: MDT-AAA-101, /);
  });
});
