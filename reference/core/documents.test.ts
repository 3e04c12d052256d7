import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { MAX_DOCUMENT_OCTETS, parseDocument, parseEnvelope } from './document-octets.ts';
import { signDigest, verifyDigestSignature } from './document-signature.ts';
import { refuses } from './expect-error.ts';
import { creationTime, formatTime } from './time.ts';

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');

describe('parseDocument', () => {
  it('reads 16,384 octets and refuses one more before parsing (MDT-DOC-101)', async () => {
    const filled = (size: number): Uint8Array => text(`{"a":"${'x'.repeat(size - 8)}"}`);
    assert.equal(filled(MAX_DOCUMENT_OCTETS).length, 16_384);
    parseDocument(filled(MAX_DOCUMENT_OCTETS));
    await refuses(() => parseDocument(filled(MAX_DOCUMENT_OCTETS + 1)), 'MDT_DOCUMENT_TOO_LARGE', '');
    await refuses(() => parseDocument(new Uint8Array(MAX_DOCUMENT_OCTETS + 1)), 'MDT_DOCUMENT_TOO_LARGE', '');
  });

  it('refuses a byte order mark, octets that are not UTF-8, and what is no object', async () => {
    await refuses(() => parseDocument(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), 'MDT_BOM', '');
    await refuses(() => parseDocument(Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d)), 'MDT_NOT_UTF8', '');
    await refuses(() => parseDocument(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)), 'MDT_NOT_UTF8', ''); // a surrogate in UTF-8
    for (const other of ['[]', 'null', '"a"', '1']) await refuses(() => parseDocument(text(other)), 'MDT_NOT_JSON', '');
  });
});

describe('parseEnvelope', () => {
  it('has the cap that it is given', async () => {
    assert.deepEqual(Object.keys(parseEnvelope(text('{"a":1}'), 7)), ['a']);
    await refuses(() => parseEnvelope(text('{"a":1}'), 6), 'MDT_DOCUMENT_TOO_LARGE', '');
  });
});

describe('signDigest', () => {
  const secret = new Uint8Array(32).fill(3);
  const publicKey = secp256k1.getPublicKey(secret, true);
  const digest = sha256(text('document'));
  const signature = signDigest('milagro-birth-record', digest, secret);

  it('is taken by OpenSSL over the tagged octets (MDT-DOC-011)', () => {
    const tag = sha256(text('MDT/1/milagro-birth-record'));
    const spki = Buffer.concat([Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex'), publicKey]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const signed = Buffer.concat([tag, tag, digest]);
    assert.equal(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature), true);
    assert.equal(verify('sha256', digest, { key, dsaEncoding: 'ieee-p1363' }, signature), false);
  });

  it('is verified, and not under another type, digest or key', async () => {
    verifyDigestSignature('milagro-birth-record', digest, signature, publicKey);
    await refuses(
      () => verifyDigestSignature('milagro-status', digest, signature, publicKey),
      'MDT_SIGNATURE',
      '/signature',
    );
    await refuses(
      () => verifyDigestSignature('milagro-birth-record', sha256(digest), signature, publicKey, '/s'),
      'MDT_SIGNATURE',
      '/s',
    );
    const other = secp256k1.getPublicKey(new Uint8Array(32).fill(4), true);
    await refuses(
      () => verifyDigestSignature('milagro-birth-record', digest, signature, other),
      'MDT_SIGNATURE',
      '/signature',
    );
    await refuses(
      () => verifyDigestSignature('milagro-birth-record', digest, new Uint8Array(64), publicKey),
      'MDT_SIGNATURE',
      '/signature',
    );
    await refuses(
      () => verifyDigestSignature('milagro-birth-record', digest, signature, new Uint8Array(33)),
      'MDT_SIGNATURE',
      '/signature',
    );
  });

  it('has a low s, and its twin with the high one is refused by that name (MDT-DOC-114)', async () => {
    const { r, s } = secp256k1.Signature.fromBytes(signature, 'compact');
    const high = new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s).toBytes('compact');
    await refuses(
      () => verifyDigestSignature('milagro-birth-record', digest, high, publicKey),
      'MDT_SIGNATURE_HIGH_S',
      '/signature',
    );
  });
});

describe('times of documents', () => {
  it('are RFC 3339 in UTC with whole seconds (MDT-DOC-003)', () =>
    assert.equal(formatTime(1_700_000_000), '2023-11-14T22:13:20Z'));

  it('are never before the median time past of the freshness block (MDT-DOC-016)', () => {
    assert.equal(creationTime(100.9, 50), formatTime(100));
    assert.equal(creationTime(50, 100), formatTime(100));
  });
});
