/**
 * The reference's core and the kit's oracle, which share no code, on generated inputs: what one takes the other takes,
 * with the same values, and one fault has one code. A difference found here is settled by the prose and becomes a vector.
 *
 * `SEED` (environment) looks elsewhere; the same one looks at the same inputs. `FUZZ` multiplies their number.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { loadVectors } from '../../conformance/kit/vectors.ts';
import type { AnchorProof, BirthRecord, HostedRecord } from '../../reference/gen/schemas.ts';
import * as activity from './activity.ts';
import { DATING, datingInput } from './dating.ts';
import { BUNDLE, bundleInput } from './bundles.ts';
import { note, outcomeOf, type Agreement } from './compare.ts';
import { faultyChain, faultyKeys, faultyPayload, headerChain, payload, type Faulty } from './faults.ts';
import { faultyJson, jsonText } from './json-grammar.ts';
import { Lives, shown, signedAnew } from './lives.ts';
import { mutateJson, mutateOctets } from './mutants.ts';
import { Random } from './random.ts';
import * as readers from './readers.ts';
import type { LineageInput, Readers, SignatureInput, SpendingInput, TxrefInput } from './readers.ts';

const SEED = Number(process.env['SEED'] ?? 1);
const TIMES = Number(process.env['FUZZ'] ?? 1);

/** Inputs of the vectors' groups of one type. */
function vectorsOf<I>(type: string, wanted: 'valid' | 'any' = 'any'): I[] {
  return loadVectors().flatMap(({ file }) =>
    file.testGroups
      .filter((group) => group.type === type)
      .flatMap(({ tests }) => tests.filter(({ result }) => wanted === 'any' || result === 'valid'))
      .map(({ input }) => input as unknown as I),
  );
}

interface Subject {
  name: string;
  count: number;
  /** Of a hundred refusals so many may be by two different codes, because mutants hold several faults. */
  otherCodes: number;
  run(random: Random, agreement: Agreement): Promise<void>;
}

function subject<I>(
  name: string,
  count: number,
  { core, oracle }: Readers<I>,
  make: (random: Random) => I,
  otherCodes = 0,
): Subject {
  return {
    name,
    count,
    otherCodes,
    run: async (random, agreement) => {
      const input = make(random);
      const [ours, theirs] = [await outcomeOf(() => core(input)), await outcomeOf(() => oracle(input))];
      note(agreement, ours, theirs, () => `SEED=${String(SEED)}: ${show(input)}`);
    },
  };
}

/** Both readers refuse with the code of the fault that was put in. */
function faults<I>(
  name: string,
  count: number,
  { core, oracle }: Readers<I>,
  make: (random: Random) => Faulty<I>,
): Subject {
  return {
    name,
    count,
    otherCodes: 0,
    run: async (random, agreement) => {
      const { input, code } = make(random);
      const got = [await outcomeOf(() => core(input)), await outcomeOf(() => oracle(input))];
      assert.deepEqual(got, [{ code }, { code }], `SEED=${String(SEED)}: ${show(input)}`);
      agreement.refused++;
    },
  };
}

function show(input: unknown): string {
  const text = JSON.stringify(input, (_, value: unknown) => {
    const { type, data } = (value ?? {}) as { type?: unknown; data?: number[] };
    return type === 'Buffer' ? Buffer.from(data ?? []).toString('hex') : value;
  });
  return text.length > 6_000 ? `${text.slice(0, 6_000)}…` : text;
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const mutantOf = (list: readonly string[], random: Random): Buffer => mutateOctets(hex(random.pick(list)), random);

const JSONS = vectorsOf<{ octets: string }>('canonical-json').map(({ octets }) => octets);
const PAYLOADS = vectorsOf<{ payload: string }>('payload-decode').map(({ payload: each }) => each);
const SCRIPTS = vectorsOf<{ script: string }>('op-return-script').map(({ script }) => script);
const SPENDINGS = vectorsOf<{ transaction: string; prevout_value: number; public_key: string }>('chain-signature');
const SIGNATURES = vectorsOf<{ digest: string; signature: string; public_key: string; type: string }>(
  'document-signature-verify',
);
const TXREFS = vectorsOf<TxrefInput>('txref-decode');
const PROOFS = vectorsOf<{ proof: AnchorProof; confirmations: number }>('anchor-proof');
const LINEAGES = vectorsOf<LineageInput>('lineage-proof', 'valid');
const RECORDS = vectorsOf<{ record: BirthRecord }>('birth-record', 'valid');
const HOSTED = vectorsOf<{ hosted: object }>('hosted-record');
const CHECKPOINTS = vectorsOf<{ checkpoint: string }>('log-checkpoint');
const PROMISES = vectorsOf<{ promise: object }>('log-promise', 'valid');

function spending(random: Random): SpendingInput {
  const { transaction, prevout_value: value, public_key: key } = random.pick(SPENDINGS);
  return {
    transaction: random.once(4) ? hex(transaction) : mutantOf([transaction], random),
    key: hex(key),
    value: value + (random.once(6) ? 1 : 0),
  };
}

function signature(random: Random): SignatureInput {
  const { digest, signature: signed, public_key: key } = random.pick(SIGNATURES);
  const which = random.below(3);
  const changed = (text: string, at: number): Buffer => (which === at ? mutantOf([text], random) : hex(text));
  return { digest: changed(digest, 3).subarray(0, 32), signature: changed(signed, 0), key: changed(key, 1) };
}

/** A list of headers in which one is another, or stands elsewhere. */
function chainMutant(random: Random): readers.ChainInput {
  const chain = headerChain(random);
  const at = random.below(chain.headers.length);
  const [header = Buffer.alloc(0)] = chain.headers.slice(at, at + 1);
  const change = random.pick([[], [header, header], [mutateOctets(header, random)], [random.pick(chain.headers)]]);
  chain.headers.splice(at, 1, ...change);
  return chain;
}

const lives = new Lives(30 * TIMES);

const hostedBy = (random: Random): HostedRecord => shown(lives.one(random), random);

function verdictInput(random: Random): readers.VerdictInput {
  const life = lives.one(random);
  const hosted = shown(life, random);
  const headers = life.headers.map((each) => Buffer.from(each));
  const cut = random.once(3) ? random.below(12) : 0;
  return {
    hosted: random.pick([() => hosted, () => mutateJson(hosted, random), () => signedAnew(life, hosted, random)])(),
    headers: headers.slice(0, headers.length - cut),
    pins: random.pick([[], [life.entityId], [life.entityId], ['00'.repeat(32)]]),
    confirmations: 1 + random.below(8),
    now: life.now,
  };
}

const asText = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const SUBJECTS: readonly Subject[] = [
  subject('documents by the grammar', 1_200, readers.DOCUMENT, (random) => Buffer.from(jsonText(random))),
  faults('documents with one fault', 1_200, readers.DOCUMENT, (random) => {
    const { octets, code } = faultyJson(random);
    return { input: octets, code };
  }),
  subject('mutants of documents', 1_600, readers.DOCUMENT, (random) => mutantOf(JSONS, random), 8),
  subject('payloads', 300, readers.PAYLOAD, payload),
  faults('payloads with one fault', 600, readers.PAYLOAD, faultyPayload),
  subject('mutants of payloads', 900, readers.PAYLOAD, (random) => mutantOf(PAYLOADS, random)),
  subject('mutants of OP_RETURN scripts', 900, readers.SCRIPT, (random) => mutantOf(SCRIPTS, random)),
  subject(
    'mutants of transactions',
    900,
    readers.TRANSACTION,
    (random) =>
      mutantOf(
        SPENDINGS.map(({ transaction }) => transaction),
        random,
      ),
    0,
  ),
  subject('mutants of spent outputs', 250, readers.CHAIN_SIGNATURE, spending, 2),
  subject('mutants of document signatures', 250, readers.SIGNATURE, signature, 30),
  subject('mutants of txrefs', 600, readers.TXREF, (random) => {
    const { network, txref } = random.pick(TXREFS);
    return { network, txref: mutateOctets(Buffer.from(txref), random).toString('utf8') };
  }),
  subject('chains of headers', 60, readers.HEADERS, headerChain),
  faults('chains of headers with one fault', 150, readers.HEADERS, faultyChain),
  subject('mutants of chains of headers', 150, readers.HEADERS, chainMutant, 1),
  subject('bundles, and where they begin', 600, BUNDLE, bundleInput, 4),
  subject(
    'mutants of anchor proofs',
    700,
    readers.ANCHOR_PROOF,
    (random) => {
      const { proof, confirmations } = random.pick(PROOFS);
      return { proof: mutateJson(proof, random), confirmations };
    },
    2,
  ),
  subject(
    'mutants of lineage proofs',
    200,
    readers.LINEAGE,
    (random) => {
      const input = random.pick(LINEAGES);
      return { ...input, lineage: mutateJson(input.lineage, random) };
    },
    4,
  ),
  faults('Birth Records with one wrong key', 120, readers.BIRTH_RECORD, (random) =>
    faultyKeys(random.pick(RECORDS).record, random),
  ),
  subject(
    'mutants of Birth Records',
    120,
    readers.BIRTH_RECORD,
    (random) => mutateJson(random.pick(RECORDS).record, random),
    3,
  ),
  subject(
    'mutants of hosted records of D-TAs',
    40,
    readers.HOSTED_RECORD,
    (random) => asText(mutateJson(random.pick(HOSTED).hosted, random)),
    10,
  ),
  subject('what entities host that live and end', 80, readers.HOSTED_RECORD, (random) => asText(hostedBy(random)), 10),
  subject(
    'mutants of what they host',
    120,
    readers.HOSTED_RECORD,
    (random) => asText(mutateJson(hostedBy(random), random)),
    10,
  ),
  subject(
    'records signed anew by their own keys',
    120,
    readers.HOSTED_RECORD,
    (random) => {
      const life = lives.one(random);
      return asText(signedAnew(life, shown(life, random), random));
    },
    10,
  ),
  subject('verdicts on what they host', 120, readers.VERDICT, verdictInput, 12),
  subject('canaries', 300, activity.CANARY, activity.canaryInput),
  subject('chains and ages of STATUSes', 500, DATING, datingInput),
  subject('successions of roots', 120, activity.ROOTS, activity.rootsInput, 15),
  subject('inclusion proofs', 300, activity.INCLUSION, activity.inclusionInput),
  subject('consistency proofs', 300, activity.CONSISTENCY, activity.consistencyInput),
  subject('mutants of checkpoints', 300, activity.CHECKPOINT, (random) => {
    const { checkpoint, ...known } = random.pick(CHECKPOINTS);
    return { ...known, checkpoint: mutantOf([checkpoint], random).toString('hex') };
  }),
  subject('mutants of promises', 100, activity.PROMISE, (random) => {
    const { promise, ...known } = random.pick(PROMISES);
    return { ...known, promise: mutateJson(promise, random) };
  }),
];

describe('oracle and core', () => {
  for (const { name, count, otherCodes, run } of SUBJECTS) {
    it(`agree on ${String(count * TIMES)} ${name}`, async function () {
      this.timeout(60_000 * TIMES);
      const random = new Random(SEED);
      const agreement: Agreement = { taken: 0, refused: 0, otherCode: new Map() };
      for (let made = 0; made < count * TIMES; made++) await run(random, agreement);
      const different = [...agreement.otherCode.values()].reduce((sum, each) => sum + each, 0);
      const pairs = [...agreement.otherCode].map(([pair, times]) => `${String(times)} ${pair}`);
      if (process.env['FUZZ_TELL']) console.log(agreement.taken, agreement.refused, pairs);
      assert.ok(different * 100 <= otherCodes * agreement.refused, `refusals by two codes: ${pairs.join(', ')}`);
    });
  }
});
