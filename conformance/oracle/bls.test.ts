import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { expandMessage, hashToCurve, refuseMasterPop, refuseMasterPublicKey } from './bls.ts';
import { Refusal } from './refusal.ts';

const code = (expected: string) => (error: unknown) => error instanceof Refusal && error.code === expected;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** RFC 9380, K.1: expand_message_xmd with SHA-256. */
const EXPANDER_TAG = 'QUUX-V01-CS02-with-expander-SHA256-128';
const EXPANDED: [message: string, octets: string][] = [
  ['', '68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235'],
  ['abc', 'd8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615'],
  ['abcdef0123456789', 'eff31487c770a893cfb36f912fbfcbff40d5661771ca4b2cb4eafe524333f5c1'],
];

/** RFC 9380, J.9.1: BLS12381G1_XMD:SHA-256_SSWU_RO_. Compressed, whose first bits say compressed, and whether y is the larger root. */
const CURVE_TAG = 'QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';
const POINTS: [message: string, x: string, y: string][] = [
  [
    '',
    '052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1',
    '08ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265',
  ],
  [
    'abc',
    '03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903',
    '0b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d',
  ],
];
const PRIME = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;

function compressed(x: string, y: string): string {
  const larger = BigInt(`0x${y}`) > (PRIME - 1n) / 2n;
  const first = Number.parseInt(x.slice(0, 2), 16) | 0x80 | (larger ? 0x20 : 0);
  return first.toString(16) + x.slice(2);
}

describe('BLS12-381 in the oracle', () => {
  for (const [message, octets] of EXPANDED) {
    it(`expands “${message}” as RFC 9380 K.1 has it`, () => {
      assert.equal(expandMessage(Buffer.from(message), EXPANDER_TAG, 32).toString('hex'), octets);
    });
  }

  for (const [message, x, y] of POINTS) {
    it(`hashes “${message}” to the point of RFC 9380 J.9.1`, async () => {
      assert.equal(Buffer.from(await hashToCurve(Buffer.from(message), CURVE_TAG)).toString('hex'), compressed(x, y));
    });
  }

  /** draft-irtf-cfrg-pairing-friendly-curves, 4.2.1: the generator of G2, compressed. */
  const generator = hex(
    '93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e' +
      '024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8',
  );
  const anchor = hex('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');

  it('takes the generator for a public key, whose secret is 1, so that its proof of possession is the hashed point itself', async () => {
    await refuseMasterPublicKey(generator);
    const tag = 'MILAGRO-DTA-V01-CS01-POP-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';
    const pop = await hashToCurve(Buffer.concat([generator, anchor]), tag);
    await refuseMasterPop(generator, anchor, pop);
    const other = Buffer.from(anchor);
    other[32] = 0x99;
    await assert.rejects(refuseMasterPop(generator, other, pop), code('MDT_MASTER_POP'));
    const ofOtherTag = await hashToCurve(Buffer.concat([generator, anchor]), CURVE_TAG);
    await assert.rejects(refuseMasterPop(generator, anchor, ofOtherTag), code('MDT_MASTER_POP'));
  });

  it('refuses the identity, noise, another length, and a point outside the subgroup', async () => {
    const identity = hex(`c0${'00'.repeat(95)}`);
    // Compressed x = (c, 0): a curve point that one finds by trying has the order of the subgroup with probability 2^-380.
    const outside = Array.from({ length: 12 }, (_, c) =>
      hex(`80${'00'.repeat(94)}${(c + 1).toString(16).padStart(2, '0')}`),
    );
    const flagless = Buffer.from(generator);
    flagless[0] = (flagless[0] ?? 0) & 0x7f;
    for (const octets of [
      identity,
      ...outside,
      flagless,
      Buffer.alloc(96, 0xff),
      generator.subarray(1),
      Buffer.alloc(0),
      Buffer.alloc(97, 0x93),
    ])
      await assert.rejects(refuseMasterPublicKey(octets), code('MDT_BLS_POINT'));
    for (const pop of [hex(`c0${'00'.repeat(47)}`), Buffer.alloc(48, 0xff), Buffer.alloc(47), Buffer.alloc(0)])
      await assert.rejects(refuseMasterPop(generator, anchor, pop), code('MDT_BLS_POINT'));
  });

  it('judges the same octets once, and octets of which one differs by themselves', async () => {
    const judgement = async (octets: Buffer): Promise<unknown> =>
      refuseMasterPublicKey(octets).catch((error: unknown) => error);
    const wrong = Buffer.alloc(96, 0xfe);
    const first = await judgement(wrong);
    assert.ok(first instanceof Refusal);
    assert.equal(await judgement(Buffer.from(wrong)), first);
    wrong[95] = 0;
    assert.notEqual(await judgement(wrong), first);
    assert.equal(await judgement(generator), undefined);
  });
});
