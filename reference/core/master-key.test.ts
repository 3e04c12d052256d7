import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { refuses } from './expect-error.ts';
import { bytesToHex } from './hex.ts';
import { masterPop, masterPublicKey, masterSecretFrom, verifyMasterKey } from './master-key.ts';

/** ERC-2333, test cases 0 to 3: its `hkdf_mod_r` is KeyGen of the CFRG draft, with seed and master_SK in decimal. */
const KEYGEN: readonly (readonly [seed: string, secret: bigint])[] = [
  [
    'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04',
    6083874454709270928345386274498605044986640685124978867557563392430687146096n,
  ],
  [
    '3141592653589793238462643383279502884197169399375105820974944592',
    29757020647961307431480504535336562678282505419141012933316116377660817309383n,
  ],
  [
    '0099ff991111002299dd7744ee3355bbdd8844115566cc55663355668888cc00',
    27580842291869792442942448775674722299803720648445448686099262467207037398656n,
  ],
  [
    'd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3',
    19022158461524446591288038168518313374041767046816487870552872741050760015818n,
  ],
];

const secret = masterSecretFrom(new Uint8Array(32).fill(7));
const mpk = masterPublicKey(secret);
const anchor = hexToBytes(`02${'11'.repeat(32)}`);
const pop = masterPop(secret, mpk, anchor);

describe('masterSecretFrom', () => {
  for (const [index, [seed, expected]] of KEYGEN.entries()) {
    it(`is KeyGen: ERC-2333 test case ${index}`, () => {
      assert.equal(BigInt(`0x${bytesToHex(masterSecretFrom(hexToBytes(seed)))}`), expected);
    });
  }

  it('refuses less than 256 bits of entropy', async () => {
    await refuses(() => masterSecretFrom(new Uint8Array(31)), 'MDT_ENTROPY', 'entropy');
  });
});

describe('verifyMasterKey', () => {
  it('takes the proof of possession of the secret behind the key', () => verifyMasterKey(mpk, pop, anchor));

  it('refuses a proof made for another anchor key: it binds the two (MDT-REC-011)', async () => {
    await refuses(() => verifyMasterKey(mpk, pop, hexToBytes(`03${'11'.repeat(32)}`)), 'MDT_MASTER_POP', '/master_pop');
  });

  it('refuses a proof by another secret', async () => {
    const other = masterPop(masterSecretFrom(new Uint8Array(32).fill(8)), mpk, anchor);
    await refuses(() => verifyMasterKey(mpk, other, anchor), 'MDT_MASTER_POP', '/master_pop');
  });

  it('refuses a rogue key xG − P: nobody knows its secret', async () => {
    const rogue = bls12_381.G2.Point.BASE.multiply(5n).subtract(bls12_381.G2.Point.fromBytes(mpk)).toBytes();
    await refuses(() => verifyMasterKey(rogue, pop, anchor), 'MDT_MASTER_POP', '/master_pop');
  });

  it('refuses the identity, octets off the curve and a wrong length', async () => {
    await refuses(
      () => verifyMasterKey(bls12_381.G2.Point.ZERO.toBytes(), pop, anchor),
      'MDT_BLS_POINT',
      '/master_public_key',
    );
    await refuses(
      () => verifyMasterKey(mpk, bls12_381.G1.Point.ZERO.toBytes(), anchor),
      'MDT_BLS_POINT',
      '/master_pop',
    );
    await refuses(
      () =>
        verifyMasterKey(
          mpk.map((octet, at) => (at === 95 ? octet ^ 1 : octet)),
          pop,
          anchor,
        ),
      'MDT_BLS_POINT',
      '/master_public_key',
    );
    await refuses(() => verifyMasterKey(mpk, pop.subarray(1), anchor), 'MDT_BLS_POINT', '/master_pop');
  });

  it('refuses a point of the curve outside the subgroup (MDT-REC-101)', async () => {
    await refuses(() => verifyMasterKey(mpk, outsideSubgroup(), anchor), 'MDT_BLS_POINT', '/master_pop');
  });
});

/** The compressed G1 point of least x that is on the curve and not of prime order. */
function outsideSubgroup(): Uint8Array {
  const { Fp } = bls12_381.fields;
  for (let x = 1n; ; x += 1n) {
    const square = Fp.add(Fp.mul(Fp.mul(x, x), x), 4n);
    if (!Fp.eql(Fp.pow(square, (Fp.ORDER - 1n) / 2n), Fp.ONE)) continue;
    const octets = Fp.toBytes(x);
    octets[0] = (octets[0] ?? 0) | 0x80;
    return octets;
  }
}
