/** The core against every vector of vectors/: the same values, and refusals with the same code. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, it } from 'mocha';
import type { ChainParameters, VectorFile, VectorTest } from '../gen/schemas.ts';
import { adjustedBits } from './chain-parameters.ts';
import { signatureHash, verifyDerSignature } from './chain-signature.ts';
import {
  signDigest,
  signedHash,
  verifyDigestSignature,
  verifyHashSignature,
  type DocumentType,
} from './document-signature.ts';
import { MdtError } from './errors.ts';
import { bytesToHex } from './hex.ts';
import { ENTITY_RUNNERS } from './fixtures/entity-vector-runners.ts';
import { LOG_RUNNERS } from './fixtures/log-vector-runners.ts';
import { PAT_RUNNERS } from './fixtures/pat-vector-runners.ts';
import { verifyMasterKey } from './master-key.ts';
import { merkleBranch, merkleRootOf } from './merkle.ts';
import type { NetworkName } from './network.ts';
import { PART_CHECKS } from './part-questions.ts';
import { parseTransaction } from './transaction.ts';
import { encodeTxRef } from './txref.ts';

const FOLDER = join(import.meta.dirname, '../../vectors');

/** What a group's tests are run through, by the type of the group. */
const RUNNERS: Readonly<Record<string, (input: never) => unknown>> = {
  ...LOG_RUNNERS,
  ...PAT_RUNNERS,
  ...PART_CHECKS,
  ...ENTITY_RUNNERS,
  'document-signature-sign': (input: { type: DocumentType; digest: string; private_key: string }) => {
    const [digest, key] = [hexToBytes(input.digest), hexToBytes(input.private_key)];
    return {
      public_key: bytesToHex(secp256k1.getPublicKey(key, true)),
      hash: bytesToHex(signedHash(input.type, digest)),
      signature: bytesToHex(signDigest(input.type, digest, key)),
    };
  },
  'document-signature-verify': (input: {
    type: DocumentType;
    digest: string;
    signature: string;
    public_key: string;
  }) => {
    verifyDigestSignature(
      input.type,
      hexToBytes(input.digest),
      hexToBytes(input.signature),
      hexToBytes(input.public_key),
    );
    return {};
  },
  'ecdsa-compact': (input: SignedMessage) => {
    const hash = sha256(hexToBytes(input.message));
    verifyHashSignature(hexToBytes(input.signature), hash, hexToBytes(input.public_key), '');
    return {};
  },
  'ecdsa-der': (input: SignedMessage) => {
    const hash = sha256(hexToBytes(input.message));
    try {
      verifyDerSignature(hexToBytes(input.signature), hash, hexToBytes(input.public_key), '');
    } catch (cause) {
      // The list asks whether, not why.
      if (!(cause instanceof MdtError)) throw cause;
      throw new MdtError('MDT_CHAIN_SIGNATURE', cause.message, { cause });
    }
    return {};
  },
  'master-key': (input: { master_public_key: string; master_pop: string; anchor: string }) => {
    verifyMasterKey(hexToBytes(input.master_public_key), hexToBytes(input.master_pop), hexToBytes(input.anchor));
    return {};
  },
  'merkle-branch': ({ leaves, position }: { leaves: string[]; position: number }) => {
    const hashes = leaves.map(hexToBytes);
    const branch = merkleBranch(hashes, position);
    const root = merkleRootOf(hashes[position] ?? new Uint8Array(32), branch, position, '');
    return { branch: branch.map(bytesToHex), root: bytesToHex(root) };
  },
  'next-bits': ({ parameters, bits, first_time: firstTime, last_time: lastTime }: NextBitsInput) => ({
    bits: adjustedBits({ firstTime, lastTime, bits: Number.parseInt(bits, 16) }, parameters)
      .toString(16)
      .padStart(8, '0'),
  }),
  'signature-hash': (input: { transaction: string; input: number; public_key: string; value: number }) => {
    const transaction = parseTransaction(hexToBytes(input.transaction), '');
    return { hash: bytesToHex(signatureHash(transaction, input.input, hexToBytes(input.public_key), input.value)) };
  },
  'txref-encode': ({
    network,
    tx_index: txIndex,
    ...place
  }: {
    network: NetworkName;
    height: number;
    tx_index: number;
    vout?: number;
  }) => ({
    txref: encodeTxRef(network, { ...place, txIndex }),
  }),
};

interface SignedMessage {
  message: string;
  public_key: string;
  signature: string;
}

interface NextBitsInput {
  parameters: ChainParameters;
  bits: string;
  first_time: number;
  last_time: number;
}

async function judge(run: (input: never) => unknown, test: VectorTest): Promise<void> {
  if (test.result === 'valid') {
    assert.deepEqual(await run(test.input as never), test.expected);
    return;
  }
  await assert.rejects(
    async () => run(test.input as never),
    (error: unknown) => {
      assert.ok(error instanceof MdtError, `not an MdtError: ${String(error)}`);
      assert.equal(error.code, test.code);
      return true;
    },
  );
}

const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('core and the vectors', () => {
  it('finds the vector files', () => {
    assert.ok(names.length > 0);
  });
  for (const name of names) {
    const file = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as VectorFile;
    describe(name, () => {
      for (const group of file.testGroups) {
        const run = RUNNERS[group.type];
        for (const test of group.tests) {
          it(`${group.type} ${String(test.tcId)}: ${test.result === 'valid' ? 'reads' : 'refuses'} ${test.comment}`, async () => {
            assert.ok(run, `nothing runs tests of type ${group.type}`);
            await judge(run, test);
          });
        }
      }
    });
  }
});
