/** The worked examples of chapters 12 and 13: the signature of a JWK Set, and the nonce of an enrolment. */
import { canonicalize } from 'json-canonicalize';
import { refuseMessageSignature } from '../../conformance/oracle/signature.ts';
import { digestOfRecord, EXAMPLE_ANCHOR_KEY } from '../../vectors/tools/example-record.ts';
import { publicKey, sha256, signHash, tagged } from '../../vectors/tools/keys.ts';
import { RECORD } from '../../vectors/tools/recorded-proofs.ts';

const JWKS = { keys: [] };
/** 2026-01-02T00:00:00Z. */
const EXPIRES = 1_767_312_000;

const until = Buffer.alloc(8);
until.writeBigUInt64BE(BigInt(EXPIRES));
const MESSAGE = tagged('MDT/1/jwks', Buffer.concat([digestOfRecord(RECORD), sha256(canonicalize(JWKS)), until]));
const SIGNATURE = signHash(sha256(MESSAGE), EXAMPLE_ANCHOR_KEY);

/** The generator of secp256k1, which is the public key of the number 1. */
const SECRET_ONE = Buffer.from('01'.padStart(64, '0'), 'hex');
const NONCE_PARTS = [
  digestOfRecord(RECORD),
  publicKey(SECRET_ONE),
  sha256('https://idp.example.org'),
  Buffer.alloc(32, 1),
];

export const IDP_OCTETS: Readonly<Record<string, { octets: Buffer; judge?(): void }>> = {
  'enrolment-nonce': { octets: sha256(tagged('MDT/1/enroll-nonce', Buffer.concat(NONCE_PARTS))) },
  'jwks-signed-hash': { octets: sha256(MESSAGE) },
  'jwks-signature': {
    octets: SIGNATURE,
    judge: () => refuseMessageSignature(MESSAGE, SIGNATURE, publicKey(EXAMPLE_ANCHOR_KEY)),
  },
};
