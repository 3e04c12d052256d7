/** The worked example of chapter 12: the signature of a JWK Set. */
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

export const IDP_OCTETS: Readonly<Record<string, { octets: Buffer; judge?(): void }>> = {
  'jwks-signed-hash': { octets: sha256(MESSAGE) },
  'jwks-signature': {
    octets: SIGNATURE,
    judge: () => refuseMessageSignature(MESSAGE, SIGNATURE, publicKey(EXAMPLE_ANCHOR_KEY)),
  },
};
