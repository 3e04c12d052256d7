import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { checkQuotes } from './quotes.ts';
import { checkOf, ledgerWith, requirement, suiteOf } from './sample-ledger.ts';

const LEDGER = ledgerWith(requirement('MDT-AAA-001'));
const refused = (message: RegExp) => (error: Error & { code?: string }) =>
  error.code === 'MDT_KIT_LEDGER' && message.test(error.message);

describe('the quotes of checks', () => {
  it('are words of the sentence of their requirement', () => {
    checkQuotes([suiteOf(checkOf('MDT-AAA-001/a', undefined, { quote: 'be as MDT-AAA-001 says' }))], LEDGER);
    const other = checkOf('MDT-AAA-001/a', undefined, { quote: 'be as somebody says' });
    assert.throws(
      () => checkQuotes([suiteOf(other)], LEDGER),
      refused(/check MDT-AAA-001\/a quotes “be as somebody says”, but MDT-AAA-001 says: A sample MUST/),
    );
  });

  it('belong to a requirement that there is', () => {
    assert.throws(() => checkQuotes([suiteOf(checkOf('MDT-AAA-002/a'))], LEDGER), refused(/has no MDT-AAA-002/));
  });

  it('belong to checks of different IDs, over all suites', () => {
    const twice = [suiteOf(checkOf('MDT-AAA-001/a')), suiteOf(checkOf('MDT-AAA-001/a'))];
    assert.throws(() => checkQuotes(twice, LEDGER), refused(/two checks are called MDT-AAA-001\/a/));
  });
});
