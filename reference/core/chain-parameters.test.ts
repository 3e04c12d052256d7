import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { ChainParameters } from '../gen/schemas.ts';
import { adjustedBits, parametersOf, powLimit } from './chain-parameters.ts';
import { refuses } from './expect-error.ts';

const MAIN = parametersOf('000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f');
const REGTEST = parametersOf('0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206');

describe('adjustedBits', () => {
  // bitcoin/src/test/pow_tests.cpp: adjustments of the main chain, and what its clamps give.
  for (const [what, firstTime, lastTime, bits, expected] of [
    ['the first adjustment of the main chain', 1_261_130_161, 1_262_152_739, 0x1d00ffff, 0x1d00d86a],
    ['the limit of work', 1_231_006_505, 1_233_061_996, 0x1d00ffff, 0x1d00ffff],
    ['a quarter at the least', 1_279_008_237, 1_279_297_671, 0x1c05a3f4, 0x1c0168fd],
    ['four times at the most', 1_263_163_443, 1_269_211_443, 0x1c387f6f, 0x1d00e1fd],
  ] as const)
    it(`gives ${what}`, () => {
      assert.equal(adjustedBits({ firstTime, lastTime, bits }, MAIN), expected);
    });

  it('takes a period that went backwards for one of a quarter', () => {
    assert.equal(
      adjustedBits({ firstTime: 2_000_000, lastTime: 1_000_000, bits: 0x1c05a3f4 }, MAIN),
      adjustedBits({ firstTime: 0, lastTime: 302_400, bits: 0x1c05a3f4 }, MAIN),
    );
  });

  it('reckons with the parameters of the chain, by hand: half the time, half the target', () => {
    const easy: ChainParameters = { ...MAIN, pow_limit_bits: '2000ffff', interval: 4, target_timespan_seconds: 400 };
    assert.equal(adjustedBits({ firstTime: 1_000, lastTime: 1_200, bits: 0x2000ffff }, easy), 0x1f7fff80);
    assert.equal(adjustedBits({ firstTime: 1_000, lastTime: 1_800, bits: 0x1f7fff80 }, easy), 0x2000ffff);
  });
});

describe('parametersOf', () => {
  it('knows main and regtest, and no chain of other rules', async () => {
    assert.equal(powLimit(MAIN), 0xffffn << 208n);
    assert.equal(powLimit(REGTEST), 0x7fffffn << 232n);
    await refuses(() => parametersOf('00'.repeat(32)), 'MDT_WRONG_CHAIN', 'genesis');
    const testnet = '000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943';
    await refuses(() => parametersOf(testnet), 'MDT_WRONG_CHAIN', 'genesis');
  });
});
