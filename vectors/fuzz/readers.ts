/** The readers of core and of the kit's oracle, side by side: the same input, and what of the result can be compared. */
import type {
  AnchorProof,
  BirthRecord,
  ChainCheckpoint,
  ChainParameters,
  HostedRecord,
  LineageProof,
} from '../../reference/gen/schemas.ts';
import { refuseSchema } from '../../conformance/kit/refuse-schema.ts';
import { canonicalOctets as oracleCanonical } from '../../conformance/oracle/digest.ts';
import { HeaderTree } from '../../conformance/oracle/header-chain.ts';
import { MAX_ENVELOPE_OCTETS, readHostedRecord } from '../../conformance/oracle/hosted-record.ts';
import { readDocument } from '../../conformance/oracle/json.ts';
import { readLineageProof } from '../../conformance/oracle/lineage.ts';
import { pushedData, readPayload } from '../../conformance/oracle/payload.ts';
import { readAnchorProof } from '../../conformance/oracle/proof.ts';
import { refuseRecord } from '../../conformance/oracle/record.ts';
import { Refusal } from '../../conformance/oracle/refusal.ts';
import { refuseSignature } from '../../conformance/oracle/signature.ts';
import { refuseChainSignature } from '../../conformance/oracle/chain-signature.ts';
import { readTransaction } from '../../conformance/oracle/transaction.ts';
import { decodeTxref, type Network } from '../../conformance/oracle/txref.ts';
import { verifyAnchorProof } from '../../reference/core/anchor-proof.ts';
import { checkRecordRules } from '../../reference/core/birth-record-rules.ts';
import { canonicalOctets } from '../../reference/core/canonical.ts';
import { verifyChainSignature } from '../../reference/core/chain-signature.ts';
import { parseDocument } from '../../reference/core/document-octets.ts';
import { verifyDigestSignature } from '../../reference/core/document-signature.ts';
import { HeaderChain } from '../../reference/core/header-chain.ts';
import { printHash } from '../../reference/core/hex.ts';
import { REGTEST_CHECKPOINT, REGTEST_GENESIS } from '../../reference/core/fixtures/grown-lineage.ts';
import { verifyEntity } from '../../reference/core/verification/verify-entity.ts';
import { parametersOf } from '../../reference/core/chain-parameters.ts';
import { judgeEntity } from '../../conformance/oracle/verdict.ts';
import { readEnvelope, verifyHostedRecord } from '../../reference/core/hosted-record.ts';
import { readSuccession } from '../../reference/core/succession.ts';
import { holdersOf } from '../../conformance/oracle/succession.ts';
import { verifyLineageProof } from '../../reference/core/lineage-proof.ts';
import { parseOpReturnScript } from '../../reference/core/op-return.ts';
import { decodePayload } from '../../reference/core/payload.ts';
import { validate, type SchemaTypes } from '../../reference/core/schema.ts';
import { parseTransaction, transactionHash } from '../../reference/core/transaction.ts';
import { decodeTxRef } from '../../reference/core/txref.ts';

/** Two readers of one kind of input. */
export interface Readers<I> {
  core(input: I): unknown;
  oracle(input: I): unknown;
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const octets = (text: string): Buffer => Buffer.from(text, 'hex');

export const DOCUMENT: Readers<Buffer> = {
  core: (input) => hex(canonicalOctets(parseDocument(input))),
  oracle: (input) => hex(oracleCanonical(readDocument(input))),
};

export const PAYLOAD: Readers<Buffer> = {
  core: (input) => {
    const payload = decodePayload(input);
    return 'digest' in payload ? [payload.kind, hex(payload.digest)] : payload.kind;
  },
  oracle: (input) => {
    const { kind, digest } = readPayload(input) ?? { kind: 'EXPERIMENTAL' };
    return digest === undefined ? kind : [kind, digest];
  },
};

export const SCRIPT: Readers<Buffer> = {
  core: (input) => hex(parseOpReturnScript(input)),
  oracle: (input) => hex(pushedData(input)),
};

export const TRANSACTION: Readers<Buffer> = {
  core: (input) => hex(transactionHash(parseTransaction(input, ''))),
  oracle: (input) => hex(readTransaction(input, '').hash),
};

export interface SpendingInput {
  transaction: Buffer;
  key: Buffer;
  value: number;
}

export const CHAIN_SIGNATURE: Readers<SpendingInput> = {
  core: ({ transaction, key, value }) => verifyChainSignature(parseTransaction(transaction, ''), key, value, ''),
  oracle: ({ transaction, key, value }) => refuseChainSignature(readTransaction(transaction, ''), key, value, ''),
};

export interface SignatureInput {
  digest: Buffer;
  signature: Buffer;
  key: Buffer;
}

export const SIGNATURE: Readers<SignatureInput> = {
  core: ({ digest, signature, key }) => verifyDigestSignature('milagro-retire', digest, signature, key),
  oracle: ({ digest, signature, key }) => refuseSignature('MDT/1/milagro-retire', digest, signature, key),
};

export interface TxrefInput {
  network: Network;
  txref: string;
}

export const TXREF: Readers<TxrefInput> = {
  core: ({ network, txref }) => decodeTxRef(network, txref).height,
  oracle: ({ network, txref }) => decodeTxref(txref, network).height,
};

export interface ChainInput {
  parameters: ChainParameters;
  checkpoint: ChainCheckpoint;
  headers: Buffer[];
  now: number;
}

export const HEADERS: Readers<ChainInput> = {
  core: ({ parameters, checkpoint, headers, now }) => {
    const chain = new HeaderChain(parameters, checkpoint);
    chain.add(headers, now);
    return [printHash(chain.tip.hash), chain.tip.height, chain.tip.work.toString(), chain.medianTimePast(chain.tip)];
  },
  oracle: ({ parameters, checkpoint, headers, now }) => {
    const tree = new HeaderTree(parameters, checkpoint);
    tree.read(headers, now);
    const { best } = tree;
    return [best.hash, best.height, best.work.toString(), tree.medianTimePast(best)];
  },
};

/** What is JSON is read and held against its schema first, as a reader of the wire does. */
function valid<N extends keyof SchemaTypes>(name: N, value: unknown): SchemaTypes[N] {
  return validate(name, value);
}

export const ANCHOR_PROOF: Readers<{ proof: AnchorProof; confirmations: number }> = {
  core: ({ proof, confirmations }) => {
    const { hash, header } = verifyAnchorProof(valid('anchor-proof', proof), confirmations);
    return [printHash(hash), printHash(header.hash)];
  },
  oracle: ({ proof, confirmations }) => {
    refuseSchema('anchor-proof', proof);
    const { txid, block_hash: block } = readAnchorProof(proof, confirmations);
    return [txid, block];
  },
};

export interface LineageInput {
  record: BirthRecord;
  digest: string;
  lineage: LineageProof;
}

export const LINEAGE: Readers<LineageInput> = {
  core: ({ record, digest, lineage }) => verifyLineageProof(record, octets(digest), valid('lineage-proof', lineage)),
  oracle: ({ record, digest, lineage }) => {
    refuseSchema('lineage-proof', lineage);
    return readLineageProof(record, octets(digest), lineage);
  },
};

export const BIRTH_RECORD: Readers<BirthRecord> = {
  core: (record) => checkRecordRules(valid('birth-record', record)),
  oracle: async (record) => {
    refuseSchema('birth-record', record);
    await refuseRecord(record);
  },
};

/** As far as an envelope can be read without looking at a signature. */
export const ENVELOPE: Readers<Buffer> = {
  core: (input) => readSuccession(readEnvelope(input)).length,
  oracle: (input) => {
    const hosted = readDocument(input, MAX_ENVELOPE_OCTETS);
    refuseSchema('hosted-record', hosted);
    return holdersOf(hosted as unknown as HostedRecord).length;
  },
};

export const HOSTED_RECORD: Readers<Buffer> = {
  core: (input) => {
    const { entityId, digest, tip, links } = verifyHostedRecord(input);
    return [entityId, digest, tip, links];
  },
  oracle: async (input) => {
    const hosted = readDocument(input, MAX_ENVELOPE_OCTETS);
    refuseSchema('hosted-record', hosted);
    const { entity_id: entity, digest, tip, links } = await readHostedRecord(hosted as unknown as HostedRecord);
    return [entity, digest, tip, links];
  },
};

export interface VerdictInput {
  hosted: HostedRecord;
  headers: Buffer[];
  pins: string[];
  confirmations: number;
  now: number;
}

/**
 * REJECTED and UNKNOWN are refusals, whose code depends on which of several faults is met first. The other verdicts are
 * compared as a whole.
 */
export const VERDICT: Readers<VerdictInput> = {
  core: async ({ hosted, headers, pins, confirmations, now }) => {
    const request = { ...ON_REGTEST, url: urlOf(hosted), pins, confirmations, now, bundled: false };
    let remembers: unknown;
    const { verdict } = await verifyEntity(request, {
      fetch: async () => Buffer.from(JSON.stringify(hosted)),
      sources: [{ name: 'node', update: async (chain) => void chain.add(headers, now) }],
      memory: { recall: () => undefined, remember: (entity) => void (remembers = entity) },
    });
    return comparable({ ...verdict, remembers });
  },
  oracle: async ({ hosted, headers, pins, confirmations, now }) => {
    const sources = [{ name: 'node', headers: Buffer.concat(headers).toString('hex') }];
    const question = { ...ON_REGTEST, url: urlOf(hosted), pins, known: [], sources, confirmations, now };
    const read = (): HostedRecord => {
      const envelope = readDocument(Buffer.from(JSON.stringify(hosted)), MAX_ENVELOPE_OCTETS);
      refuseSchema('hosted-record', envelope);
      return envelope as unknown as HostedRecord;
    };
    return comparable(await judgeEntity(question, read));
  },
};

const ON_REGTEST = { parameters: parametersOf(REGTEST_GENESIS), checkpoint: REGTEST_CHECKPOINT };

function comparable(given: object): unknown {
  const { verdict, code, ...rest } = given as { verdict: string; code?: string; [member: string]: unknown };
  if (verdict === 'REJECTED' || verdict === 'UNKNOWN') throw new Refusal(code ?? '', '', verdict);
  if (verdict === 'ALTERED') return [verdict, code];
  return [
    verdict,
    code,
    rest['entity_id'],
    rest['digest'],
    rest['existed_after'],
    rest['existed_before'],
    rest['remembers'],
  ];
}

/** Where the record says that it is. */
function urlOf({ birth_record: record }: HostedRecord): string {
  return String((record as Partial<BirthRecord> | undefined)?.services?.birth_record);
}
