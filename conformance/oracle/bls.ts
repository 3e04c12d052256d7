/**
 * BLS12-381 by herumi's mcl (WebAssembly), which the reference does not use. The tag of the proof of
 * possession is ours, so RFC 9380 hash_to_field is done here (5.2, 5.3.1) and mcl maps and pairs.
 */
import { sha256 } from './digest.ts';
import { Refusal } from './refusal.ts';

const PRIME = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
export const POP_TAG = 'MILAGRO-DTA-V01-CS01-POP-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';
/** Compressed generator of G2 (draft-irtf-cfrg-pairing-friendly-curves, 4.2.1). */
const G2_GENERATOR =
  '93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e' +
  '024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8';

type Mcl = typeof import('mcl-wasm');
let loading: Promise<Mcl> | undefined;

async function load(): Promise<Mcl> {
  const { default: mcl } = (await import('mcl-wasm')) as unknown as { default: Mcl };
  await mcl.init(mcl.BLS12_381);
  mcl.setETHserialization(true);
  mcl.setMapToMode(5); // IRTF: simplified SWU and isogeny, as RFC 9380 has it
  return mcl;
}

/** Loads mcl ahead of its first use: 50 ms. */
export async function loadBls(): Promise<void> {
  await (loading ??= load());
}

/**
 * What was judged, by its octets: a run is shown the same record in dozens of answers, and a pairing takes some
 * milliseconds. Of more than MOST_JUDGED all are forgotten.
 */
const judged = new Map<string, Promise<void>>();
const MOST_JUDGED = 256;

async function judgedOnce(octets: readonly Uint8Array[], judge: () => Promise<void>): Promise<void> {
  const key = octets.map((part) => Buffer.from(part).toString('hex')).join(' ');
  let judgement = judged.get(key);
  if (!judgement) {
    if (judged.size >= MOST_JUDGED) judged.clear();
    judged.set(key, (judgement = judge()));
  }
  return judgement;
}

/** Refuses a `master_public_key` that is not a point of the subgroup of G2 other than the identity. */
export async function refuseMasterPublicKey(mpk96: Uint8Array): Promise<void> {
  return judgedOnce([mpk96], async () => judgeMasterPublicKey(mpk96));
}

/** Refuses a `master_pop` that does not prove possession of the master secret for this anchor key. */
export async function refuseMasterPop(mpk96: Uint8Array, anchor33: Uint8Array, pop48: Uint8Array): Promise<void> {
  return judgedOnce([mpk96, anchor33, pop48], async () => judgeMasterPop(mpk96, anchor33, pop48));
}

async function judgeMasterPublicKey(mpk96: Uint8Array): Promise<void> {
  const mcl = await (loading ??= load());
  const point = new mcl.G2();
  readPoint(() => point.deserialize(mpk96), '/master_public_key');
  if (point.isZero() || !point.isValidOrder())
    throw new Refusal('MDT_BLS_POINT', '/master_public_key', 'the identity or outside the subgroup');
}

async function judgeMasterPop(mpk96: Uint8Array, anchor33: Uint8Array, pop48: Uint8Array): Promise<void> {
  await refuseMasterPublicKey(mpk96);
  const mcl = await (loading ??= load());
  const pop = new mcl.G1();
  readPoint(() => pop.deserialize(pop48), '/master_pop');
  if (pop.isZero() || !pop.isValidOrder())
    throw new Refusal('MDT_BLS_POINT', '/master_pop', 'the identity or outside the subgroup');
  const mpk = new mcl.G2();
  mpk.deserialize(mpk96);
  const generator = new mcl.G2();
  generator.deserialize(Buffer.from(G2_GENERATOR, 'hex'));
  const message = hashToG1(mcl, Buffer.concat([mpk96, anchor33]), POP_TAG);
  if (!mcl.pairing(pop, generator).isEqual(mcl.pairing(message, mpk)))
    throw new Refusal('MDT_MASTER_POP', '/master_pop', 'does not verify');
}

function readPoint(read: () => void, field: string): void {
  try {
    read();
  } catch {
    throw new Refusal('MDT_BLS_POINT', field, 'not a compressed point');
  }
}

/** RFC 9380 hash_to_curve to G1 under a tag, compressed. */
export async function hashToCurve(message: Uint8Array, tag: string): Promise<Uint8Array> {
  const mcl = await (loading ??= load());
  return hashToG1(mcl, message, tag).serialize();
}

/** Two field elements, each mapped, and added. mcl's map clears the cofactor, which is linear. */
function hashToG1(mcl: Mcl, message: Uint8Array, tag: string): InstanceType<Mcl['G1']> {
  const uniform = expandMessage(message, tag, 128);
  const [first, second] = [0, 64].map((from) => {
    const element = new mcl.Fp();
    element.setStr((BigInt(`0x${uniform.subarray(from, from + 64).toString('hex')}`) % PRIME).toString(16), 16);
    return element.mapToG1();
  });
  if (!first || !second) throw new Error('hash_to_field gave no elements');
  return mcl.add(first, second);
}

/** expand_message_xmd (RFC 9380, 5.3.1) with SHA-256. */
export function expandMessage(message: Uint8Array, tag: string, length: number): Buffer {
  const tagPrime = Buffer.concat([Buffer.from(tag), Buffer.from([tag.length])]);
  const first = sha256(Buffer.alloc(64), message, Buffer.from([length >> 8, length & 0xff, 0]), tagPrime);
  const blocks = [sha256(first, Buffer.from([1]), tagPrime)];
  for (let index = 2; index <= length / 32; index++) {
    const previous = blocks.at(-1) ?? first;
    const mixed = Buffer.from(first.map((octet, at) => octet ^ (previous[at] ?? 0)));
    blocks.push(sha256(mixed, Buffer.from([index]), tagPrime));
  }
  return Buffer.concat(blocks);
}
