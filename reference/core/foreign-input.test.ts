import { Transaction } from 'bitcoinjs-lib';
import { describe, it } from 'mocha';
import { refuses } from './expect-error.ts';
import { lineageOfTwo } from './fixtures/anchored-record.ts';
import { checkFurtherInputs } from './foreign-input.ts';
import { parseHex } from './hex.ts';
import { parseTransaction, transactionHash } from './transaction.ts';

const [birth] = lineageOfTwo().transactions.map((hex) => parseTransaction(parseHex(hex, 'MDT_MALFORMED_TX', ''), ''));

/** An anchor whose further input spends an output of the BIRTH. */
function spending(vout: number, position = 1): Transaction {
  const anchor = new Transaction();
  for (let index = 0; index < position; index += 1) anchor.addInput(new Uint8Array(32).fill(1), index);
  anchor.addInput(transactionHash(birth!), vout);
  return anchor;
}

describe('checkFurtherInputs (MDT-LIN-112)', () => {
  it('refuses the continuation of a known anchor as a further input, wherever it stands', async () => {
    for (const position of [1, 2])
      await refuses(() => checkFurtherInputs(spending(1, position), [birth!], '/t'), 'MDT_LINEAGE_FOREIGN_INPUT', '/t');
  });

  it('takes it as input 0, another output of it, and what it knows nothing of', () => {
    checkFurtherInputs(spending(1, 0), [birth!], '/t');
    checkFurtherInputs(spending(0), [birth!], '/t');
    checkFurtherInputs(spending(1), [], '/t');
  });

  it('takes output 1 of a transaction that is no anchor of a lineage', () => {
    const payment = birth!.clone();
    payment.outs.reverse();
    const anchor = new Transaction();
    anchor.addInput(new Uint8Array(32), 0);
    anchor.addInput(transactionHash(payment), 1);
    checkFurtherInputs(anchor, [payment], '/t');
  });
});
