/**
 * The master key of a D-TA on BLS12-381 (MDT-REC-010, -011, -101, -102): s from CFRG BLS `KeyGen`, the public
 * key s·G2, and the proof of possession s·H1'(mpk ‖ keys.anchor), without which a rogue key
 * P3 = xG − P1 − P2 forges a combined one.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { expand as hkdfExpand, extract as hkdfExtract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { MdtError } from './errors.ts';

/** Domain separation tag of H1' (spec 3.1). */
const MASTER_POP_TAG = 'MILAGRO-DTA-V01-CS01-POP-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';
const KEYGEN_SALT = 'BLS-SIG-KEYGEN-SALT-';
const MIN_ENTROPY_OCTETS = 32;
/** ceil(3 · ceil(log2 r) / 16) octets, so that the reduction mod r is without bias. */
const KEYGEN_OCTETS = 48;

const { Fp12, Fr } = bls12_381.fields;
type G1Point = ReturnType<typeof bls12_381.G1.Point.fromBytes>;
type G2Point = ReturnType<typeof bls12_381.G2.Point.fromBytes>;

/**
 * CFRG BLS signatures (draft-irtf-cfrg-bls-signature-05), section 2.3, `KeyGen` with empty key_info: 32 octets, big-endian, in 1 … r − 1.
 * @param entropy at least 32 octets that nobody can guess
 */
export function masterSecretFrom(entropy: Uint8Array): Uint8Array {
  if (entropy.length < MIN_ENTROPY_OCTETS) {
    throw new MdtError('MDT_ENTROPY', `${entropy.length} octets of entropy, ${MIN_ENTROPY_OCTETS} needed`, {
      field: 'entropy',
    });
  }
  let salt = sha256(utf8ToBytes(KEYGEN_SALT));
  for (;;) {
    const prk = hkdfExtract(sha256, concatBytes(entropy, Uint8Array.of(0)), salt);
    const okm = hkdfExpand(sha256, prk, Uint8Array.of(0, KEYGEN_OCTETS), KEYGEN_OCTETS);
    const scalar = Fr.create(okm.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n));
    if (scalar !== 0n) return Fr.toBytes(scalar);
    salt = sha256(salt);
  }
}

const linesOf = bls12_381.utils.calcPairingPrecomputes;
/** Of the generator of G2, the same in every check. */
let generatorLines: ReturnType<typeof linesOf> | undefined;

/**
 * The generator of G2 as a point without a table of its multiples: making that of `BASE` costs 0.2 s, a product without it
 * 0.01 s more, and a service makes two products in its life.
 */
const generator = bls12_381.G2.Point.fromAffine(bls12_381.G2.Point.BASE.toAffine());

/** s·G2, 96 octets compressed. */
export function masterPublicKey(secret: Uint8Array): Uint8Array {
  return generator.multiply(scalarOf(secret)).toBytes();
}

/**
 * s·H1'(mpk96 ‖ anchor33), 48 octets compressed.
 * @param publicKey that of `secret`, which whoever asks has made already
 */
export function masterPop(secret: Uint8Array, publicKey: Uint8Array, anchorKey: Uint8Array): Uint8Array {
  return popPoint(publicKey, anchorKey).multiply(scalarOf(secret)).toBytes();
}

/**
 * Checks a master public key and its proof of possession.
 * @throws MdtError MDT_BLS_POINT or MDT_MASTER_POP
 */
export function verifyMasterKey(publicKey: Uint8Array, pop: Uint8Array, anchorKey: Uint8Array): void {
  const mpk = readG2(publicKey, '/master_public_key');
  const proof = readG1(pop, '/master_pop');
  const hashed = popPoint(publicKey, anchorKey);
  // e(pop, G2) = e(H1', mpk), as one product so that there is one final exponentiation. The points are known to be in
  // their subgroups: two have been checked, and H1' maps into its own.
  const [left, right] = [proof.toAffine(), hashed.negate().toAffine()];
  const lines = bls12_381.millerLoopBatch([
    [(generatorLines ??= linesOf(bls12_381.G2.Point.BASE)), left.x, left.y],
    [linesOf(mpk), right.x, right.y],
  ]);
  if (!Fp12.eql(Fp12.finalExponentiate(lines), Fp12.ONE)) {
    throw new MdtError('MDT_MASTER_POP', 'the proof of possession does not verify', { field: '/master_pop' });
  }
}

function popPoint(publicKey: Uint8Array, anchorKey: Uint8Array): G1Point {
  const hashed = bls12_381.G1.hashToCurve(concatBytes(publicKey, anchorKey), { DST: MASTER_POP_TAG });
  return bls12_381.G1.Point.fromAffine(hashed.toAffine());
}

function readG1(octets: Uint8Array, field: string): G1Point {
  return checkPoint(() => bls12_381.G1.Point.fromBytes(octets), field);
}

function readG2(octets: Uint8Array, field: string): G2Point {
  return checkPoint(() => bls12_381.G2.Point.fromBytes(octets), field);
}

function checkPoint<P extends G1Point | G2Point>(read: () => P, field: string): P {
  try {
    const point = read();
    point.assertValidity(); // on the curve, and in the subgroup of prime order
    if (point.is0()) throw new Error('the identity');
    return point;
  } catch (cause) {
    throw new MdtError('MDT_BLS_POINT', 'not a point of the subgroup, or the identity', { field, cause });
  }
}

function scalarOf(secret: Uint8Array): bigint {
  return Fr.fromBytes(secret);
}
