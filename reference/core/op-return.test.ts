import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { refuses } from './expect-error.ts';
import { opReturnIndex, opReturnScript, parseOpReturnScript } from './op-return.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('opReturnScript', () => {
  it('is read back as it was written, for 1 to 80 octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (data) => {
        assert.deepEqual(parseOpReturnScript(opReturnScript(data)), data);
      }),
    );
  });

  it('uses OP_PUSHDATA1 only from 76 octets on', () => {
    assert.deepEqual(opReturnScript(new Uint8Array(75)).subarray(0, 2), bytes('6a4b'));
    assert.deepEqual(opReturnScript(new Uint8Array(76)).subarray(0, 3), bytes('6a4c4c'));
  });

  it('refuses 0 and 81 octets', async () => {
    await refuses(() => opReturnScript(new Uint8Array(0)), 'MDT_PUSH', 'data');
    await refuses(() => opReturnScript(new Uint8Array(81)), 'MDT_PUSH', 'data');
  });
});

describe('parseOpReturnScript', () => {
  for (const [what, hex] of [
    ['no push', '6a'],
    ['another opcode first', '5101aa'],
    ['OP_PUSHDATA1 where a direct push is shorter', '6a4c02aabb'],
    ['OP_PUSHDATA2', '6a4d0200aabb'],
    ['octets left over', '6a02aabbcc'],
    ['octets missing', '6a04aabb'],
    ['two pushes', '6a01aa01bb'],
    ['a direct push of an octet that has an opcode', '6a0105'],
    ['81 octets', '6a4c51' + '00'.repeat(81)],
    ['OP_RESERVED', '6a50'],
  ] as const) {
    it(`refuses ${what}`, async () => refuses(() => parseOpReturnScript(bytes(hex)), 'MDT_PUSH', 'script'));
  }

  it('takes only the one shortest form, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (octets) => {
        const script = Uint8Array.of(0x6a, ...octets);
        try {
          const data = parseOpReturnScript(script);
          if (data.length > 0) assert.deepEqual(opReturnScript(data), script);
        } catch (error) {
          assert.equal((error as Error).name, 'MdtError');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('opReturnIndex', () => {
  it('finds the one OP_RETURN output', () => {
    assert.equal(opReturnIndex([bytes('0014'), bytes('6a01aa')]), 1);
  });

  it('refuses none and two', async () => {
    await refuses(() => opReturnIndex([bytes('0014')]), 'MDT_OP_RETURN_COUNT', 'outputs');
    await refuses(() => opReturnIndex([bytes('6a'), bytes('6a01aa')]), 'MDT_OP_RETURN_COUNT', 'outputs');
  });
});
