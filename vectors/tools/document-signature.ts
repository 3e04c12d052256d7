/**
 * vectors/document-signature.json: document signatures (spec 1.2). They are made by noble-curves (RFC 6979)
 * or by plain arithmetic, and OpenSSL confirms each valid one when the file is made.
 */
import { createPublicKey, verify } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { digestOf, keyOf, publicKey, sha256, signHash, tagged } from './keys.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const TYPES = [
  'milagro-birth-record',
  'milagro-status',
  'milagro-activity-root',
  'milagro-retire',
  'milagro-pat-statement',
] as const;
const BIRTH = TYPES[0];

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const number = (octets: Uint8Array): bigint => BigInt(`0x${hex(octets)}`);
const octets32 = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

function sign(tag: string, digest: Uint8Array, key: Uint8Array): Buffer {
  return signHash(sha256(tagged(tag, digest)), key);
}

function opensslVerifies(tag: string, digest: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  const point = secp256k1.Point.fromBytes(key).toBytes(false);
  const coordinate = (from: number): string => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  const jwk = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'secp256k1', x: coordinate(1), y: coordinate(33) },
  });
  return verify('sha256', tagged(tag, digest), { key: jwk, dsaEncoding: 'ieee-p1363' }, signature);
}

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'document-signature',
    source: 'signatures by noble-curves and by plain arithmetic, each valid one confirmed by OpenSSL',
    header: [
      'document-signature-sign: the 32 octets signed and the RFC 6979 signature with low s of a digest, for the tag "MDT/1/" ‖ type.',
      'document-signature-verify: accept, or refuse with the code. Keys are published; they must never hold coin.',
    ],
    notes: {
      Deterministic: {
        bugType: 'NONCE',
        description: 'The nonce is the one of RFC 6979, so the signature has one value.',
      },
      HighS: {
        bugType: 'MALLEABILITY',
        description: '(r, n − s) verifies where (r, s) does. Refused with a code of its own.',
      },
      Untagged: {
        bugType: 'CROSS_PROTOCOL',
        description: 'A signature over something that is not under the tag of the document.',
      },
      WrongTag: { bugType: 'CROSS_PROTOCOL', description: 'A signature over the digest under another tag.' },
      WrongKey: { bugType: 'AUTHENTICATION', description: 'The signature of another key.' },
      Altered: { bugType: 'INTEGRITY', description: 'Digest or signature changed after signing.' },
      Range: { bugType: 'EDGE_CASE', description: 'r or s is zero, or not below the order.' },
      Length: { bugType: 'LENGTH', description: 'Not 64 octets, or another encoding.' },
    },
  })
    .group({ type: 'document-signature-sign', source: 'noble-curves (RFC 6979), confirmed by OpenSSL' }, signed)
    .group(
      { type: 'document-signature-verify', source: 'noble-curves and plain arithmetic, confirmed by OpenSSL' },
      verified,
    )
    .build();
}

function signed(group: GroupBuilder): void {
  for (const [index, type] of TYPES.entries()) {
    const [key, digest] = [keyOf(`signer ${String(index)}`), digestOf(type)];
    const signature = sign(`MDT/1/${type}`, digest, key);
    if (!opensslVerifies(`MDT/1/${type}`, digest, signature, publicKey(key)))
      throw new Error(`OpenSSL refuses ${type}`);
    group.valid(
      {
        comment: `a digest of ${type}`,
        flags: ['Deterministic'],
        requirements: ['MDT-DOC-011', 'MDT-DOC-012', 'MDT-DOC-013', 'MDT-DOC-014'],
        input: { type, digest: hex(digest), private_key: hex(key) },
      },
      {
        public_key: hex(publicKey(key)),
        hash: hex(sha256(tagged(`MDT/1/${type}`, digest))),
        signature: hex(signature),
      },
    );
  }
}

function verified(group: GroupBuilder): void {
  const [key, digest] = [keyOf('verifier'), digestOf('verify')];
  const tag = `MDT/1/${BIRTH}`;
  const signature = sign(tag, digest, key);
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const input = (change: {
    type?: string;
    digest?: Uint8Array;
    signature?: Uint8Array;
    key?: Uint8Array;
  }): Record<string, unknown> => ({
    type: change.type ?? BIRTH,
    digest: hex(change.digest ?? digest),
    signature: hex(change.signature ?? signature),
    public_key: hex(publicKey(change.key ?? key)),
  });
  group.valid({ comment: 'a good signature', requirements: ['MDT-DOC-113', 'MDT-DOC-114'], input: input({}) }, {});
  for (const type of TYPES.slice(1)) {
    group.valid(
      {
        comment: `a good signature of ${type}`,
        requirements: ['MDT-DOC-113'],
        input: input({ type, signature: sign(`MDT/1/${type}`, digest, key) }),
      },
      {},
    );
  }
  const highS = Buffer.concat([r, octets32(ORDER - number(s))]);
  if (!opensslVerifies(tag, digest, highS, publicKey(key))) throw new Error('OpenSSL refuses high s');
  group.invalid(
    { comment: 's = n − s', flags: ['HighS'], requirements: ['MDT-DOC-114'], input: input({ signature: highS }) },
    'MDT_SIGNATURE_HIGH_S',
  );

  const refuse = (flag: string, cases: Record<string, Parameters<typeof input>[0]>): void => {
    for (const [comment, change] of Object.entries(cases)) {
      group.invalid({ comment, flags: [flag], requirements: ['MDT-DOC-113'], input: input(change) }, 'MDT_SIGNATURE');
    }
  };
  refuse('Untagged', {
    'over the digest itself': { signature: signHash(digest, key) },
    'over SHA-256 of the digest': { signature: signHash(sha256(digest), key) },
    'over tag and digest joined, without the hash of the tag': {
      signature: signHash(sha256(Buffer.from(tag), digest), key),
    },
    'the hash of the tag once': { signature: signHash(sha256(sha256(Buffer.from(tag)), digest), key) },
    'the tagged hash hashed once more': { signature: signHash(sha256(sha256(tagged(tag, digest))), key) },
    'over the digest in hexadecimal': { signature: signHash(sha256(tagged(tag, Buffer.from(hex(digest)))), key) },
  });
  refuse('WrongTag', {
    'the tag of a STATUS': { signature: sign('MDT/1/milagro-status', digest, key) },
    'the type without MDT/1/': { signature: sign(BIRTH, digest, key) },
    'MDT/2/': { signature: sign(`MDT/2/${BIRTH}`, digest, key) },
    'a birth record shown as a RETIRE': { type: 'milagro-retire' },
    'the tag in upper case': { signature: sign(tag.toUpperCase(), digest, key) },
  });
  const flipped = (octets: Uint8Array, at: number): Buffer =>
    Buffer.from(octets.map((octet, index) => (index === at ? octet ^ 1 : octet)));
  refuse('WrongKey', {
    'another key': { key: keyOf('other') },
    'the negated key': { key: octets32(ORDER - number(key)) },
  });
  refuse('Altered', {
    'first octet of the digest': { digest: flipped(digest, 0) },
    'last octet of the digest': { digest: flipped(digest, 31) },
    'first octet of r': { signature: flipped(signature, 0) },
    'last octet of s': { signature: flipped(signature, 63) },
    'r and s exchanged': { signature: Buffer.concat([s, r]) },
    'octets of r and s reversed': { signature: Buffer.concat([Buffer.from(r).reverse(), Buffer.from(s).reverse()]) },
  });
  const pair = (first: bigint, second: bigint): Parameters<typeof input>[0] => ({
    signature: Buffer.concat([octets32(first), octets32(second)]),
  });
  refuse('Range', {
    'r = 0': pair(0n, number(s)),
    's = 0': pair(number(r), 0n),
    'r = s = 0': pair(0n, 0n),
    'r = n': pair(ORDER, number(s)),
    's = n': pair(number(r), ORDER),
    'r = n + 1': pair(ORDER + 1n, number(s)),
    's = 2^256 − 1': pair(number(r), 2n ** 256n - 1n),
    'r = s = 1': pair(1n, 1n),
  });
  refuse('Length', {
    nothing: { signature: Buffer.alloc(0) },
    '63 octets': { signature: signature.subarray(0, 63) },
    '65 octets': { signature: Buffer.concat([signature, Buffer.of(0)]) },
    'a recovery octet in front': { signature: Buffer.concat([Buffer.of(0x1f), signature]) },
    DER: { signature: Buffer.from(secp256k1.Signature.fromBytes(signature, 'compact').toBytes('der')) },
    '96 octets, r and s padded': { signature: Buffer.concat([Buffer.alloc(16), r, Buffer.alloc(16), s]) },
  });
}
