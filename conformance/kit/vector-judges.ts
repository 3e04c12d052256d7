/** What each type of vector group is run through: an input to the values expected, or a Refusal with the code. */
import type {
  AnchorProof,
  BirthRecord,
  ChainCheckpoint,
  ChainParameters,
  HostedRecord,
  HostedStatus,
  LineageProof,
  VerificationBundle,
} from '../../reference/gen/schemas.ts';
import { refuseMasterPop } from '../oracle/bls.ts';
import { headersOf } from '../oracle/bundle.ts';
import { preimage, refuseChainSignature, refuseDerSignature } from '../oracle/chain-signature.ts';
import { canonicalOctets, sha256, tagged } from '../oracle/digest.ts';
import { HeaderTree, nextBits } from '../oracle/header-chain.ts';
import { MAX_ENVELOPE_OCTETS, readHostedRecord } from '../oracle/hosted-record.ts';
import { readDocument } from '../oracle/json.ts';
import { branchOf } from '../oracle/merkle.ts';
import { opReturnIndex, pushedData, readPayload } from '../oracle/payload.ts';
import { readLineageProof, refuseForeignInputs } from '../oracle/lineage.ts';
import { readAnchorProof, rootFrom } from '../oracle/proof.ts';
import { refuseChain, refuseRecord, type OwnChain } from '../oracle/record.ts';
import { Refusal } from '../oracle/refusal.ts';
import { deterministicSignature, pointOf, refuseMessageSignature, refuseSignature } from '../oracle/signature.ts';
import { readStripped, readTransaction } from '../oracle/transaction.ts';
import { decodeTxref, encodeTxref, type Network, type Txref } from '../oracle/txref.ts';
import { judgeEntity, type VerdictQuestion } from '../oracle/verdict.ts';
import { refuseSchema } from './refuse-schema.ts';
import { LOG_JUDGES } from './vector-judges-log.ts';
import { PAT_JUDGES } from './vector-judges-pat.ts';

const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');

export const JUDGES: Readonly<Record<string, (input: never) => unknown>> = {
  ...LOG_JUDGES,
  ...PAT_JUDGES,

  'canonical-json': (input: { octets: string }) => {
    const canonical = canonicalOctets(readDocument(octets(input.octets)));
    return { canonical: canonical.toString('hex'), digest: sha256(canonical).toString('hex') };
  },

  'anchor-proof': ({ proof, confirmations }: { proof: AnchorProof; confirmations: number }) => {
    const { txid, block_hash } = readAnchorProof(proof, confirmations);
    return { txid, block_hash };
  },

  'birth-record': async ({ record, own_chain: own }: { record: BirthRecord; own_chain?: OwnChain }) => {
    refuseSchema('birth-record', record);
    if (own) refuseChain(record.chain, own);
    await refuseRecord(record);
    return { digest: sha256(canonicalOctets(record)).toString('hex') };
  },

  'chain-signature': (input: { transaction: string; prevout_value: number; public_key: string }) => {
    const transaction = readTransaction(octets(input.transaction), '/transaction');
    refuseChainSignature(transaction, octets(input.public_key), input.prevout_value, '/transaction');
    return {};
  },

  'document-signature-sign': (input: { type: string; digest: string; private_key: string }) => {
    const tag = `MDT/1/${input.type}`;
    const key = octets(input.private_key);
    return {
      public_key: pointOf(key).toString('hex'),
      hash: sha256(tagged(tag, octets(input.digest))).toString('hex'),
      signature: deterministicSignature(tag, octets(input.digest), key).toString('hex'),
    };
  },

  'document-signature-verify': (input: { type: string; digest: string; signature: string; public_key: string }) => {
    refuseSignature(`MDT/1/${input.type}`, octets(input.digest), octets(input.signature), octets(input.public_key));
    return {};
  },

  'ecdsa-compact': (input: SignedMessage) => {
    refuseMessageSignature(octets(input.message), octets(input.signature), octets(input.public_key));
    return {};
  },

  'ecdsa-der': (input: SignedMessage) => {
    try {
      refuseDerSignature(octets(input.signature), octets(input.message), octets(input.public_key), '');
    } catch (error) {
      // The list asks whether, not why: numbers out of range are no DER to one reader and no signature to another.
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal('MDT_CHAIN_SIGNATURE', error.field, error.message);
    }
    return {};
  },

  'header-chain': ({ parameters, checkpoint, sources, now }: HeaderChainInput) => {
    const tree = new HeaderTree(parameters, checkpoint);
    for (const headers of sources) tree.read(headers.map(octets), Date.parse(now) / 1000);
    const { height, hash, work } = tree.best;
    return {
      tip: { height, hash },
      work: work.toString(16).padStart(64, '0'),
      median_time_past: timeText(tree.medianTimePast(tree.best)),
    };
  },

  'hosted-record': async ({ hosted, octets: length = 0, own_chain: own, known_transactions: known }: HostedInput) => {
    const read = readDocument(Buffer.from(JSON.stringify(hosted).padEnd(length, ' ')), MAX_ENVELOPE_OCTETS);
    refuseSchema('hosted-record', read);
    const { digest, tip, links } = await readHostedRecord(hosted, own);
    for (const [index, hex] of known ? hosted.lineage.transactions.entries() : []) {
      const anchor = readStripped(octets(hex), '');
      const others = (known ?? []).map((each) => readTransaction(octets(each), ''));
      refuseForeignInputs(anchor, others, `/lineage/transactions/${String(index)}`);
    }
    return { digest, tip, links };
  },

  'lineage-proof': (input: { record: BirthRecord; digest: string; lineage: LineageProof }) =>
    readLineageProof(input.record, octets(input.digest), input.lineage),

  'master-key': async (input: { master_public_key: string; master_pop: string; anchor: string }) => {
    await refuseMasterPop(octets(input.master_public_key), octets(input.anchor), octets(input.master_pop));
    return {};
  },

  'merkle-branch': ({ leaves, position }: { leaves: string[]; position: number }) => {
    const { branch, root } = branchOf(leaves.map(octets), position);
    return { branch: branch.map((hash) => hash.toString('hex')), root: root.toString('hex') };
  },

  'merkle-root': ({ leaf, branch, position }: { leaf: string; branch: string[]; position: number }) => ({
    root: rootFrom(octets(leaf), branch, position, '/branch').toString('hex'),
  }),

  'next-bits': ({ parameters, bits, first_time: first, last_time: last }: NextBitsInput) => ({
    bits: nextBits(parameters, bits, first, last),
  }),

  'op-return-outputs': (input: { scripts: string[] }) => ({ vout: opReturnIndex(input.scripts.map(octets)) }),

  'op-return-script': (input: { script: string }) => ({ payload: pushedData(octets(input.script)).toString('hex') }),

  'payload-decode': (input: { payload: string }) => readPayload(octets(input.payload)) ?? { kind: 'EXPERIMENTAL' },

  'signature-hash': (input: { transaction: string; input: number; public_key: string; value: number }) => {
    const transaction = readTransaction(octets(input.transaction), '');
    const signed = preimage(transaction, input.input, octets(input.public_key), input.value);
    return { hash: sha256(sha256(signed)).toString('hex') };
  },

  'txref-decode': (input: { network: Network; txref: string }) => {
    const { network: _, ...place } = decodeTxref(input.txref, input.network);
    return place;
  },

  'txref-encode': (input: Txref) => ({ txref: encodeTxref(input) }),

  verdict: ({ hosted, bundle, now, sources, statuses, canary, ...question }: VerdictInput) => {
    if (bundle) refuseSchema('verification-bundle', bundle);
    const text = bundle?.hosted ?? (hosted && JSON.stringify(hosted));
    const read = (octets: string): HostedRecord => {
      const envelope = readDocument(Buffer.from(octets), MAX_ENVELOPE_OCTETS);
      refuseSchema('hosted-record', envelope);
      return envelope as unknown as HostedRecord;
    };
    const shown = bundle ? bundle.statuses : statuses?.map((each) => JSON.stringify(each));
    const all = [...(bundle ? [headersOf(bundle, question.parameters, question.checkpoint)] : []), ...sources];
    return judgeEntity(
      {
        ...question,
        ...(bundle && { url: bundle.url, isBundle: true }),
        sources: all,
        now: Date.parse(now) / 1000,
        ...(canary && { canary: { known: canary.known, shown: readStatuses(shown ?? []) } }),
      },
      text === undefined ? undefined : () => read(text),
    );
  },
};

interface VerdictInput extends Omit<VerdictQuestion, 'now' | 'canary'> {
  /** The answer of the server; absent where nothing came. */
  hosted?: HostedRecord;
  bundle?: VerificationBundle;
  now: string;
  /** The STATUSes of the server's answer, where the canary is asked for; absent where nothing came. */
  statuses?: object[];
  canary?: { known: HostedStatus[] };
}

/** Most octets of a STATUS with its envelope. */
const MAX_STATUS_OCTETS = 32_768;

/** The STATUSes of an answer; none where one of them cannot be read, because then it says nothing. */
function readStatuses(texts: readonly string[]): HostedStatus[] {
  try {
    return texts.map((text) => {
      const hosted = readDocument(Buffer.from(text), MAX_STATUS_OCTETS);
      refuseSchema('hosted-status', hosted);
      readDocument(canonicalOctets(hosted['status']));
      return hosted as unknown as HostedStatus;
    });
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

interface SignedMessage {
  /** SHA-256 of it is what is signed. */
  message: string;
  public_key: string;
  signature: string;
}

interface HeaderChainInput {
  parameters: ChainParameters;
  checkpoint: ChainCheckpoint;
  /** Headers of each source, hexadecimal. */
  sources: string[][];
  /** The reader's clock. */
  now: string;
}

interface NextBitsInput {
  parameters: ChainParameters;
  bits: string;
  first_time: number;
  last_time: number;
}

interface HostedInput {
  hosted: HostedRecord;
  /** The serialization is followed by spaces up to so many octets. */
  octets?: number;
  own_chain?: OwnChain;
  /** Transactions that the reader knows, as an auditor does. */
  known_transactions?: string[];
}

function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
