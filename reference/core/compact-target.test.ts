import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { compactOf, targetOf, workOf } from './compact-target.ts';

describe('compact targets', () => {
  it('are none where bits are negative, zero or beyond 256 bits, as bitcoind has none', () => {
    // bitcoin/src/test/arith_uint256_tests.cpp, bignum_SetCompact
    for (const bits of [0, 0x00123456, 0x01003456, 0x02000056, 0x04923456, 0x01fedcba, 0xff123456])
      assert.equal(targetOf(bits), undefined);
    assert.equal(targetOf(0x01123456), 0x12n);
    assert.equal(targetOf(0x05009234), 0x92340000n);
    assert.equal(targetOf(0x20123456), 0x123456n << 232n);
  });

  it('are written with the sign bit clear, as bitcoind writes them', () => {
    // The same list: what SetCompact read, GetCompact gives.
    for (const [target, bits] of [
      [0x12n, 0x01120000],
      [0x80n, 0x02008000],
      [0x1234n, 0x02123400],
      [0x123456n, 0x03123456],
      [0x12345600n, 0x04123456],
      [0x92340000n, 0x05009234],
      [0x123456n << 232n, 0x20123456],
    ] as const)
      assert.equal(compactOf(target), bits);
  });

  it('lose what comes after their third octet', () => {
    assert.equal(compactOf(0x12_3456_78n), 0x04123456);
    assert.equal(targetOf(compactOf((1n << 224n) - 1n)), 0xffffn << 208n);
  });

  it("cost what bitcoind counts as chainwork: 2 a block on regtest, 2^32 and a little at Bitcoin's first difficulty", () => {
    assert.equal(workOf(targetOf(0x207fffff) ?? 0n), 2n);
    assert.equal(workOf(targetOf(0x1d00ffff) ?? 0n), 0x1_0001_0001n);
  });
});
