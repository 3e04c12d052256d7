import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { refuses } from './expect-error.ts';
import { decodeTxRef, encodeTxRef, type TxRef } from './txref.ts';

const network = fc.constantFrom('main' as const, 'test' as const, 'regtest' as const);
const index = fc.nat({ max: 2 ** 15 - 1 });
const place: fc.Arbitrary<TxRef> = fc.record(
  { height: fc.nat({ max: 2 ** 24 - 1 }), txIndex: index, vout: index },
  { requiredKeys: ['height', 'txIndex'] },
);

describe('encodeTxRef', () => {
  it('is read back as it was written, in upper case and without its hyphens too', () => {
    fc.assert(
      fc.property(network, place, (name, written) => {
        const text = encodeTxRef(name, written);
        for (const form of [text, text.toUpperCase(), text.replaceAll('-', '')]) {
          assert.deepEqual({ ...decodeTxRef(name, form) }, { ...written });
        }
      }),
    );
  });

  it('refuses a height of 25 bits and an index of 16', async () => {
    await refuses(() => encodeTxRef('main', { height: 2 ** 24, txIndex: 0 }), 'MDT_TXREF', 'height');
    await refuses(() => encodeTxRef('main', { height: 0, txIndex: 2 ** 15 }), 'MDT_TXREF', 'tx_index');
    await refuses(() => encodeTxRef('main', { height: 0, txIndex: 0, vout: 2 ** 15 }), 'MDT_TXREF', 'vout');
    await refuses(() => encodeTxRef('main', { height: 0.5, txIndex: 0 }), 'MDT_TXREF', 'height');
  });
});

describe('decodeTxRef', () => {
  it('notices any one character changed', () => {
    const alphabet = [...'qpzry9x8gf2tvdw0s3jn54khce6mua7l'];
    fc.assert(
      fc.property(network, place, fc.nat(), fc.constantFrom(...alphabet), (name, written, at, letter) => {
        const text = encodeTxRef(name, written);
        const start = text.indexOf(':') + 1;
        const positions = [...text]
          .map((_, offset) => offset)
          .filter((offset) => offset >= start && text[offset] !== '-');
        const position = positions[at % positions.length] ?? start;
        fc.pre(text[position] !== letter);
        assert.throws(() => decodeTxRef(name, text.slice(0, position) + letter + text.slice(position + 1)), {
          code: 'MDT_TXREF',
        });
      }),
    );
  });

  it('refuses another network, mixed case and noise', async () => {
    await refuses(() => decodeTxRef('main', 'txrt1:qxgq-qqpq-qmaz-gmp'), 'MDT_TXREF', 'txref');
    await refuses(() => decodeTxRef('regtest', 'txrt1:Qxgq-qqpq-qmaz-gmp'), 'MDT_TXREF', 'txref');
    await refuses(() => decodeTxRef('regtest', 'txrt1:'), 'MDT_TXREF', 'txref');
    await refuses(() => decodeTxRef('regtest', `txrt1:${'q'.repeat(100)}`), 'MDT_TXREF', 'txref');
  });
});
