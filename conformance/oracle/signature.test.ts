import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import { sha256, tagged } from './digest.ts';
import { expectRefusal } from './expect-refusal.ts';
import {
  deterministicR,
  deterministicSignature,
  hasLowS,
  pointOf,
  publicKey,
  refuseSignature,
  signHash,
  verifies,
} from './signature.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const TAG = 'MDT/1/milagro-birth-record';
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const number = (value: bigint): Buffer => hex(value.toString(16).padStart(64, '0'));
const octets32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => Buffer.from(octets));
const secrets = fc.bigInt(1n, ORDER - 1n).map(number);

/** secp256k1, SHA-256, RFC 6979, low s; published by Trezor and CoreBitcoin, repeated in bitcoinjs-lib, libsecp256k1 bindings and others. */
const PUBLISHED: [secret: bigint, message: string, r: string, s: string][] = [
  [
    1n,
    'Satoshi Nakamoto',
    '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8',
    '2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
  ],
  [
    1n,
    'All those moments will be lost in time, like tears in rain. Time to die...',
    '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b',
    '547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
  ],
  [
    ORDER - 1n,
    'Satoshi Nakamoto',
    'fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0',
    '6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5',
  ],
];

/** An OpenSSL private key of 32 octets. */
function opensslKey(secret: Buffer): ReturnType<typeof createPrivateKey> {
  const { x, y } = publicKey(pointOf(secret)).export({ format: 'jwk' });
  return createPrivateKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'secp256k1', d: secret.toString('base64url'), x: String(x), y: String(y) },
  });
}

describe('document signatures of the oracle', () => {
  for (const [secret, message, r, s] of PUBLISHED) {
    it(`are the published ones (${secret === 1n ? 'key 1' : 'key n − 1'}, “${message.slice(0, 16)}…”)`, () => {
      assert.equal(signHash(sha256(message), number(secret)).toString('hex'), r + s);
    });
  }

  it('give the generator for the key 1, and its negative for n − 1', () => {
    const x = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
    assert.equal(pointOf(number(1n)).toString('hex'), `02${x}`);
    assert.equal(pointOf(number(ORDER - 1n)).toString('hex'), `03${x}`);
  });

  it('verify by OpenSSL, have a low s, and begin with the r that is derived apart', () => {
    fc.assert(
      fc.property(secrets, octets32, (secret, digest) => {
        const signature = deterministicSignature(TAG, digest, secret);
        refuseSignature(TAG, digest, signature, pointOf(secret));
        assert.ok(hasLowS(signature));
        assert.deepEqual(signature.subarray(0, 32), deterministicR(TAG, digest, secret));
      }),
      { numRuns: 30 },
    );
  });

  it('are accepted as OpenSSL makes them, but for a high s, which has its own code', () => {
    let high = 0;
    fc.assert(
      fc.property(secrets, octets32, (secret, digest) => {
        const signature = sign('sha256', tagged(TAG, digest), { key: opensslKey(secret), dsaEncoding: 'ieee-p1363' });
        assert.ok(verifies(TAG, digest, signature, pointOf(secret)));
        if (hasLowS(signature)) return refuseSignature(TAG, digest, signature, pointOf(secret));
        high++;
        expectRefusal('MDT_SIGNATURE_HIGH_S', () => refuseSignature(TAG, digest, signature, pointOf(secret)));
      }),
      { numRuns: 60 },
    );
    assert.ok(high > 5, 'OpenSSL makes a high s half the time');
  });

  it('are refused where a bit of them, the digest or the tag is another, or the key is', () => {
    const [secret, digest] = [number(7n), sha256('a document')];
    const signature = deterministicSignature(TAG, digest, secret);
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const other = Buffer.from(signature);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expectRefusal('MDT_SIGNATURE', () => refuseSignature(TAG, digest, other, pointOf(secret)));
      }),
    );
    expectRefusal('MDT_SIGNATURE', () => refuseSignature(TAG, sha256('another'), signature, pointOf(secret)));
    expectRefusal('MDT_SIGNATURE', () => refuseSignature('MDT/1/milagro-status', digest, signature, pointOf(secret)));
    expectRefusal('MDT_SIGNATURE', () => refuseSignature(TAG, digest, signature, pointOf(number(8n))));
  });

  it('are refused where r or s is 0, n or more, or the length is another', () => {
    const [secret, digest] = [number(7n), sha256('a document')];
    const good = deterministicSignature(TAG, digest, secret);
    const all = [0n, ORDER, ORDER + 1n, 2n ** 256n - 1n].map(number);
    const bad = all.flatMap((value) => [
      Buffer.concat([value, good.subarray(32)]),
      Buffer.concat([good.subarray(0, 32), value]),
    ]);
    for (const signature of [...bad, Buffer.alloc(0), good.subarray(1), Buffer.concat([good, Buffer.alloc(1)])])
      expectRefusal('MDT_SIGNATURE', () => refuseSignature(TAG, digest, signature, pointOf(secret)));
  });

  it('low s ends at half the order', () => {
    const withS = (s: bigint): Buffer => Buffer.concat([number(1n), number(s)]);
    assert.deepEqual(
      [ORDER / 2n, ORDER / 2n + 1n, 1n, ORDER - 1n].map((s) => hasLowS(withS(s))),
      [true, false, true, false],
    );
  });

  it('take for a key only a compressed point of the curve', () => {
    const { publicKey: p256 } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const x = hex(Buffer.from(String(p256.export({ format: 'jwk' }).x), 'base64url').toString('hex'));
    const noPoint = hex(`02${'00'.repeat(31)}05`); // x = 5 is on no point of secp256k1
    for (const octets of [
      Buffer.alloc(0),
      Buffer.alloc(33),
      noPoint,
      hex(`04${'01'.repeat(32)}`),
      Buffer.concat([Buffer.of(5), x]),
    ])
      expectRefusal('MDT_SCHEMA', () => publicKey(octets));
  });
});
