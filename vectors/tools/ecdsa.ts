/**
 * vectors/ecdsa.json: ECDSA over secp256k1 as facts from others: C2SP Wycheproof's lists and the example of BIP-143.
 * What Wycheproof calls valid or not is taken over. One rule is ours alone: in the p1363 list a high s is valid there,
 * and refused here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { VectorFile, VectorNote } from '../../reference/gen/schemas.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const FOLDER = join(import.meta.dirname, '../sources/wycheproof');
const ADDRESS = 'https://github.com/C2SP/wycheproof/tree/ee7b4f7/testvectors_v1';
const BIP_143 = 'https://github.com/bitcoin/bips/blob/master/bip-0143.mediawiki';
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

interface WycheproofTest {
  tcId: number;
  comment: string;
  flags: string[];
  msg: string;
  sig: string;
  result: 'valid' | 'invalid';
}

interface WycheproofFile {
  notes: Record<string, VectorNote>;
  testGroups: { publicKey: { uncompressed: string }; tests: WycheproofTest[] }[];
}

function list(name: string): WycheproofFile {
  return JSON.parse(readFileSync(join(FOLDER, `ecdsa_secp256k1_sha256_${name}_test.json`), 'utf8')) as WycheproofFile;
}

const BITCOIN = list('bitcoin');
const P1363 = list('p1363');

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'ecdsa',
    source: 'C2SP Wycheproof and BIP-143, taken over as facts',
    header: [
      'ecdsa-der: accept or refuse a DER signature of SHA-256(message), as in the witness of input 0, without the octet 01. Any refusal has the code MDT_CHAIN_SIGNATURE here, though a witness that is not strict DER is refused with MDT_WITNESS (MDT-LIN-104).',
      'ecdsa-compact: accept or refuse a 64-octet signature of SHA-256(message), as of a document. A high s is refused (MDT-DOC-114), which Wycheproof leaves open.',
      'signature-hash: the BIP-143 hash of an input that spends a P2WPKH output of this key and value, SIGHASH_ALL.',
    ],
    notes: notesOf([BITCOIN, P1363]),
  })
    .group(
      {
        type: 'ecdsa-der',
        source: `${ADDRESS}/ecdsa_secp256k1_sha256_bitcoin_test.json`,
        license: 'Apache-2.0',
        official: true,
      },
      derSignatures,
    )
    .group(
      {
        type: 'ecdsa-compact',
        source: `${ADDRESS}/ecdsa_secp256k1_sha256_p1363_test.json`,
        license: 'Apache-2.0',
        official: true,
      },
      compactSignatures,
    )
    .group({ type: 'signature-hash', source: BIP_143, license: 'BSD-2-Clause', official: true }, signatureHashes)
    .build();
}

/** The notes of the flags that are used, and one for our rule. */
function notesOf(files: readonly WycheproofFile[]): Record<string, VectorNote> {
  const notes: Record<string, VectorNote> = {
    HighS: { bugType: 'SIGNATURE_MALLEABILITY', description: 'Valid as ECDSA, with an s above half the order.' },
    Bip143: { bugType: 'BASIC', description: 'An example of BIP-143.', links: [BIP_143] },
  };
  for (const { notes: own, testGroups } of files) {
    const used = new Set(testGroups.flatMap(({ tests }) => tests.flatMap(({ flags }) => flags)));
    for (const [flag, { bugType, description, links }] of Object.entries(own))
      if (used.has(flag)) notes[flag] ??= { bugType, description, ...(links && { links }) };
  }
  return notes;
}

function inputOf({ msg, sig }: WycheproofTest, uncompressed: string): Record<string, unknown> {
  const key = secp256k1.Point.fromHex(uncompressed).toHex(true);
  return { message: msg, public_key: key, signature: sig };
}

function commentOf({ tcId, comment }: WycheproofTest): string {
  return `Wycheproof ${String(tcId)}: ${comment || 'without a comment'}`;
}

function derSignatures(group: GroupBuilder): void {
  for (const { publicKey, tests } of BITCOIN.testGroups) {
    for (const test of tests) {
      const input = inputOf(test, publicKey.uncompressed);
      const [comment, flags] = [commentOf(test), test.flags];
      const requirements: [string, ...string[]] = ['MDT-LIN-105', 'MDT-LIN-104'];
      if (test.result === 'valid') group.valid({ comment, flags, requirements, input }, {});
      else group.invalid({ comment, flags, requirements, input }, 'MDT_CHAIN_SIGNATURE');
    }
  }
}

function compactSignatures(group: GroupBuilder): void {
  for (const { publicKey, tests } of P1363.testGroups) {
    for (const test of tests) {
      const input = inputOf(test, publicKey.uncompressed);
      const comment = commentOf(test);
      if (test.result === 'invalid')
        group.invalid({ comment, flags: test.flags, requirements: ['MDT-DOC-113'], input }, 'MDT_SIGNATURE');
      else if (BigInt(`0x${test.sig.slice(64)}`) > HALF_ORDER)
        group.invalid(
          { comment, flags: [...test.flags, 'HighS'], requirements: ['MDT-DOC-114'], input },
          'MDT_SIGNATURE_HIGH_S',
        );
      else group.valid({ comment, flags: test.flags, requirements: ['MDT-DOC-113', 'MDT-DOC-114'], input }, {});
    }
  }
}

function signatureHashes(group: GroupBuilder): void {
  const example = (comment: string, input: Record<string, unknown>, hash: string): void =>
    group.valid({ comment, flags: ['Bip143'], requirements: ['MDT-LIN-105'], input }, { hash });
  example(
    'native P2WPKH, the second input',
    {
      transaction:
        '0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac11000000',
      input: 1,
      public_key: '025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357',
      value: 600_000_000,
    },
    'c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670',
  );
  example(
    'P2SH-P2WPKH, whose script code is the same',
    {
      transaction:
        '0100000001db6b1b20aa0fd7b23880be2ecbd4a98130974cf4748fb66092ac4d3ceb1a54770100000000feffffff02b8b4eb0b000000001976a914a457b684d7f0d539a46a45bbc043f35b59d0d96388ac0008af2f000000001976a914fd270b1ee6abcaea97fea7ad0402e8bd8ad6d77c88ac92040000',
      input: 0,
      public_key: '03ad1d8e89212f0b92c74d23bb710c00662ad1470198ac48c43f7d6f93a2a26873',
      value: 1_000_000_000,
    },
    '64f3b0f4dd2bb3aa1ce8566d220cc74dda9df97d8490cc81d89d735c92e59fb6',
  );
}
