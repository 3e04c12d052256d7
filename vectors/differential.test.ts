/**
 * The kit's oracle and the reference's core, which share no code, on mutants of the vectors: what one takes
 * the other takes, with the same values. The code may differ where a mutant holds several faults, because a
 * reader may report any of them (spec 1.4). A difference found here is settled by the prose and becomes a vector.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadVectors } from '../conformance/kit/vectors.ts';
import { refuseChainSignature } from '../conformance/oracle/chain-signature.ts';
import { canonicalOctets } from '../conformance/oracle/digest.ts';
import { readDocument } from '../conformance/oracle/json.ts';
import { pushedData, readPayload } from '../conformance/oracle/payload.ts';
import { readTransaction } from '../conformance/oracle/transaction.ts';
import { decodeTxref, type Network } from '../conformance/oracle/txref.ts';
import { canonicalOctets as coreCanonical } from '../reference/core/canonical.ts';
import { verifyChainSignature } from '../reference/core/chain-signature.ts';
import { parseDocument } from '../reference/core/document-octets.ts';
import { parseOpReturnScript } from '../reference/core/op-return.ts';
import { decodePayload } from '../reference/core/payload.ts';
import { parseTransaction, transactionHash } from '../reference/core/transaction.ts';
import { decodeTxRef } from '../reference/core/txref.ts';

/** Another seed (environment) looks elsewhere; the same one looks at the same mutants. */
const SEED = Number(process.env['SEED'] ?? 1);
const MUTANTS = 4_000;

/** Numbers below `limit`, by a linear congruential generator (Numerical Recipes). */
function random(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** One octet changed, left out or put in, a bit flipped, or the end cut off. */
function mutate(octets: Buffer, below: (limit: number) => number): Buffer {
  const at = below(octets.length + 1);
  const [before, after] = [octets.subarray(0, at), octets.subarray(at)];
  switch (below(5)) {
    case 0:
      return Buffer.concat([before, Buffer.of(below(256)), after.subarray(1)]);
    case 1:
      return Buffer.concat([before, after.subarray(1)]);
    case 2:
      return Buffer.concat([before, Buffer.of(below(256)), after]);
    case 3:
      return Buffer.concat([before, after.map((octet, index) => (index === 0 ? octet ^ (1 << below(8)) : octet))]);
    default:
      return before;
  }
}

/** What came of a reader: the value, or that it refused by a code. Anything else that is thrown fails the test. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    assert.match(String((error as { code?: unknown }).code), /^MDT_/, String((error as Error).stack));
    return 'refused';
  }
}

interface Pair {
  /** Type of the groups, and member of their inputs, that mutants are made of. */
  type: string;
  member: string;
  encoding: 'hex' | 'utf8';
  oracle(octets: Buffer, input: Record<string, unknown>): unknown;
  core(octets: Buffer, input: Record<string, unknown>): unknown;
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const keyOf = (input: Record<string, unknown>): Buffer => Buffer.from(String(input['public_key']), 'hex');

const PAIRS: Pair[] = [
  {
    type: 'canonical-json',
    member: 'octets',
    encoding: 'hex',
    oracle: (octets) => hex(canonicalOctets(readDocument(octets))),
    core: (octets) => hex(coreCanonical(parseDocument(octets))),
  },
  {
    type: 'payload-decode',
    member: 'payload',
    encoding: 'hex',
    oracle: (octets) => readPayload(octets)?.kind ?? 'EXPERIMENTAL',
    core: (octets) => decodePayload(octets).kind,
  },
  {
    type: 'op-return-script',
    member: 'script',
    encoding: 'hex',
    oracle: (octets) => hex(pushedData(octets)),
    core: (octets) => hex(parseOpReturnScript(octets)),
  },
  {
    type: 'txref-decode',
    member: 'txref',
    encoding: 'utf8',
    oracle: (octets, input) => decodeTxref(octets.toString('utf8'), input['network'] as Network).height,
    core: (octets, input) => decodeTxRef(input['network'] as Network, octets.toString('utf8')).height,
  },
  {
    type: 'chain-signature',
    member: 'transaction',
    encoding: 'hex',
    oracle: (octets) => hex(readTransaction(octets, '').hash),
    core: (octets) => hex(transactionHash(parseTransaction(octets, ''))),
  },
  {
    type: 'chain-signature',
    member: 'transaction',
    encoding: 'hex',
    oracle: (octets, input) =>
      refuseChainSignature(readTransaction(octets, ''), keyOf(input), Number(input['prevout_value']), ''),
    core: (octets, input) =>
      verifyChainSignature(parseTransaction(octets, ''), keyOf(input), Number(input['prevout_value']), ''),
  },
];
/** A signature costs a millisecond; the others microseconds. */
const SLOW = PAIRS.at(-1);

describe('oracle and core on mutants', () => {
  for (const pair of PAIRS) {
    it(`agree on ${pair.type}/${pair.member}${pair === SLOW ? ' and its signature' : ''}`, () => {
      const below = random(SEED);
      const inputs = loadVectors().flatMap(({ file }) =>
        file.testGroups
          .filter(({ type }) => type === pair.type)
          .flatMap(({ tests }) => tests.map(({ input }) => input)),
      );
      for (let made = 0; made < (pair === SLOW ? MUTANTS / 10 : MUTANTS); made++) {
        const input = inputs[below(inputs.length)] ?? {};
        const mutant = mutate(Buffer.from(String(input[pair.member]), pair.encoding), below);
        const [oracle, core] = [outcome(() => pair.oracle(mutant, input)), outcome(() => pair.core(mutant, input))];
        assert.deepEqual(core, oracle, `SEED=${String(SEED)}, mutant ${mutant.toString(pair.encoding)}`);
      }
    }).timeout(20_000);
  }
});
