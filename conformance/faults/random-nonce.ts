import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto';
import type { Fault, Tools } from './fault.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** OpenSSL hashes what it signs, so it is given the preimage of the tagged hash; s is made low. */
function signAtRandom(preimage: Uint8Array, secret: Uint8Array): Uint8Array {
  const curve = createECDH('secp256k1');
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const coordinate = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'secp256k1',
    x: coordinate(1),
    y: coordinate(33),
    d: Buffer.from(secret).toString('base64url'),
  };
  const octets = sign('sha256', preimage, {
    key: createPrivateKey({ format: 'jwk', key: jwk }),
    dsaEncoding: 'ieee-p1363',
  });
  const s = BigInt(`0x${octets.subarray(32).toString('hex')}`);
  octets.write((s > ORDER / 2n ? ORDER - s : s).toString(16).padStart(64, '0'), 32, 'hex');
  return new Uint8Array(octets);
}

const fault: Fault = {
  id: 'random-nonce',
  requirement: 'MDT-DOC-014',
  breaks: 'the nonce of the live signature is drawn at random and not derived by RFC 6979',
  replaces: {
    'reference/core/document-signature.ts': {
      signDigest: (_original: unknown, tools: Tools) => (type: string, digest: Uint8Array, secret: Uint8Array) => {
        tools.fired();
        return signAtRandom(preimageOf(`MDT/1/${type}`, digest), secret);
      },
    },
  },
};

export default fault;

function preimageOf(tag: string, message: Uint8Array): Uint8Array {
  const tagHash = tagHashOf(tag);
  return Buffer.concat([tagHash, tagHash, message]);
}

function tagHashOf(tag: string): Buffer {
  return createHash('sha256').update(tag).digest();
}
