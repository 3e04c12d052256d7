/** vectors/master-key.json: proofs of possession of a BLS12-381 master key (spec 3.1). Made with noble-curves, judged by mcl. */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { keyOf, masterKey, publicKey } from './keys.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const { G1, G2 } = bls12_381;
const { Fp, Fp2 } = bls12_381.fields;
const INFINITY_G1 = `c0${'00'.repeat(47)}`;
const INFINITY_G2 = `c0${'00'.repeat(95)}`;

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'master-key',
    source: 'made with noble-curves, confirmed by mcl (herumi)',
    header: [
      'master-key: accept a master public key with its proof of possession for an anchor key, or refuse it.',
      'Points are compressed as in the BLS signature draft of the CFRG, appendix A (ZCash form).',
    ],
    notes: {
      Subgroup: {
        bugType: 'MISSING_STEP',
        description: 'A point of the curve that is not in the subgroup of prime order.',
      },
      Identity: { bugType: 'MISSING_STEP', description: 'The identity, under which everything verifies.' },
      Encoding: { bugType: 'PARSER_DIFFERENTIAL', description: 'Not the compressed form of a point.' },
      WrongProof: {
        bugType: 'ROGUE_KEY',
        description: 'The proof is of another key, for another anchor key, or under another tag.',
      },
    },
  })
    .group({ type: 'master-key', source: 'noble-curves, confirmed by mcl' }, accepted)
    .group({ type: 'master-key', source: 'noble-curves, confirmed by mcl' }, refused)
    .build();
}

interface Input {
  mpk: string;
  pop: string;
  anchor: string;
}

const input = ({ mpk, pop, anchor }: Input): Record<string, unknown> => ({
  master_public_key: mpk,
  master_pop: pop,
  anchor,
});

function example(name: string): Input {
  const anchor = publicKey(keyOf(`anchor of ${name}`));
  return { ...masterKey(name, anchor), anchor: anchor.toString('hex') };
}

function accepted(group: GroupBuilder): void {
  for (const name of ['first', 'second', 'third']) {
    group.valid(
      {
        comment: `the ${name} key`,
        requirements: ['MDT-REC-010', 'MDT-REC-011', 'MDT-REC-101', 'MDT-REC-102'],
        input: input(example(name)),
      },
      {},
    );
  }
}

function refused(group: GroupBuilder): void {
  const good = example('first');
  const other = example('second');
  const refuse = (code: string, requirement: string, flag: string, comment: string, change: Partial<Input>): void =>
    group.invalid({ comment, flags: [flag], requirements: [requirement], input: input({ ...good, ...change }) }, code);
  const negated = Buffer.from(G1.Point.fromHex(good.pop).negate().toBytes()).toString('hex');
  const anchor33 = Buffer.from(good.anchor, 'hex');
  const pop = (comment: string, change: Partial<Input>): void =>
    refuse('MDT_MASTER_POP', 'MDT-REC-102', 'WrongProof', comment, change);
  pop('the proof of another key', { pop: other.pop });
  pop('for another anchor key', { anchor: other.anchor });
  pop('another master key', { mpk: other.mpk });
  pop('the proof negated', { pop: negated });
  pop('the generator as proof', { pop: Buffer.from(G1.Point.BASE.toBytes()).toString('hex') });
  pop('under the tag of key shares', {
    pop: masterKey('first', anchor33, 'MILAGRO-DTA-V01-CS01-with-BLS12381G1_XMD:SHA-256_SSWU_RO_').pop,
  });
  pop('under the tag of the CFRG draft', {
    pop: masterKey('first', anchor33, 'BLS_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_').pop,
  });
  pop('the master key negated', { mpk: Buffer.from(G2.Point.fromHex(good.mpk).negate().toBytes()).toString('hex') });

  const point = (flag: string, comment: string, change: Partial<Input>): void =>
    refuse('MDT_BLS_POINT', 'MDT-REC-101', flag, comment, change);
  point('Identity', 'the identity as master key', { mpk: INFINITY_G2 });
  point('Identity', 'the identity as proof', { pop: INFINITY_G1 });
  point('Identity', 'the identity as both', { mpk: INFINITY_G2, pop: INFINITY_G1 });
  point('Subgroup', 'a proof outside the subgroup', { pop: outsideG1() });
  point('Subgroup', 'a master key outside the subgroup', { mpk: outsideG2() });
  point('Encoding', 'a proof whose x is not below the prime', { pop: `9f${'ff'.repeat(47)}` });
  point('Encoding', 'a proof whose x is not on the curve', { pop: offCurve() });
  point('Encoding', 'the identity with an octet set', { pop: `c0${'00'.repeat(46)}01` });
  point('Encoding', 'the identity with the sign bit', { pop: `e0${'00'.repeat(47)}` });
  point('Encoding', 'a proof without the bit of compression', {
    pop: (Number.parseInt(good.pop.slice(0, 2), 16) & 0x7f).toString(16).padStart(2, '0') + good.pop.slice(2),
  });
  point('Encoding', 'a master key one octet short', { mpk: good.mpk.slice(0, -2) });
  point('Encoding', 'a proof of no octets', { pop: '' });
}

const MAX_X = 100;

/** The first small x whose point is on the curve y² = x³ + 4 but outside the subgroup, compressed. noble-curves refuses to read it, as it should. */
function outsideG1(): string {
  for (let x = 1n; x < MAX_X; x++) {
    const y = tryRead(() => Fp.sqrt(Fp.add(Fp.pow(x, 3n), 4n)));
    if (y !== undefined && !G1.Point.fromAffine({ x, y }).isTorsionFree())
      return `80${x.toString(16).padStart(94, '0')}`;
  }
  throw new Error('no point outside the subgroup of G1');
}

/** The same on y² = x³ + 4(1 + u), the coordinate of u being zero. */
function outsideG2(): string {
  const b = Fp2.fromBigTuple([4n, 4n]);
  for (let c0 = 1n; c0 < MAX_X; c0++) {
    const x = Fp2.fromBigTuple([c0, 0n]);
    const y = tryRead(() => Fp2.sqrt(Fp2.add(Fp2.pow(x, 3n), b)));
    if (y !== undefined && !G2.Point.fromAffine({ x, y }).isTorsionFree())
      return `80${c0.toString(16).padStart(190, '0')}`;
  }
  throw new Error('no point outside the subgroup of G2');
}

function offCurve(): string {
  for (let x = 1n; x < MAX_X; x++) {
    if (tryRead(() => Fp.sqrt(Fp.add(Fp.pow(x, 3n), 4n))) === undefined) return `80${x.toString(16).padStart(94, '0')}`;
  }
  throw new Error('every small x is on the curve');
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
