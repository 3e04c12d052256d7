/**
 * What a reader says of one part by itself: octets of a document, a payload, a proof, headers. As vectors of these types, and
 * clients under test, are asked (spec/certification.md, "A client").
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import type {
  AnchorProof,
  BirthRecord,
  Chain,
  ChainCheckpoint,
  ChainParameters,
  LineageProof,
  PatRequest,
} from '../gen/schemas.ts';
import { verifyAnchorProof } from './anchor-proof.ts';
import { checkChain, checkRecordRules } from './birth-record-rules.ts';
import { canonicalOctets, documentDigest } from './canonical.ts';
import { verifyChainSignature } from './chain-signature.ts';
import { parseDocument } from './document-octets.ts';
import { checkAuthorizationUrl } from './enrolment/authorization-url.ts';
import { checkJwks, type JwksSignature } from './enrolment/jwks-vouch.ts';
import { HeaderChain } from './header-chain.ts';
import { bytesToHex, printHash } from './hex.ts';
import { verifyLineageProof } from './lineage-proof.ts';
import { merkleRootOf } from './merkle.ts';
import type { NetworkName } from './network.ts';
import { opReturnIndex, parseOpReturnScript } from './op-return.ts';
import { decodePayload, printedPayload } from './payload.ts';
import { validate } from './schema.ts';
import { formatTime } from './time.ts';
import { parseTransaction, transactionHash } from './transaction.ts';
import { decodeTxRef } from './txref.ts';

export type Part = NonNullable<PatRequest['part']>;

/** By the type of the part: what is learnt, or an MdtError with the code of the refusal. */
export const PART_CHECKS: Readonly<Record<Part, (input: never) => object>> = {
  'canonical-json': (input: { octets: string }) => {
    const canonical = canonicalOctets(parseDocument(hexToBytes(input.octets)));
    return { canonical: bytesToHex(canonical), digest: bytesToHex(sha256(canonical)) };
  },
  'anchor-proof': ({ proof, confirmations }: { proof: AnchorProof; confirmations: number }) => {
    const { transaction, header } = verifyAnchorProof(proof, confirmations);
    return { txid: printHash(transactionHash(transaction)), block_hash: printHash(header.hash) };
  },
  'birth-record': ({
    record,
    own_chain: own,
  }: {
    record: unknown;
    own_chain?: Pick<Chain, 'genesis' | 'checkpoint'>;
  }) => {
    const read = validate('birth-record', record);
    if (own) checkChain(read.chain, own);
    checkRecordRules(read);
    return { digest: bytesToHex(documentDigest(read)) };
  },
  'chain-signature': (input: { transaction: string; prevout_value: number; public_key: string }) => {
    const transaction = parseTransaction(hexToBytes(input.transaction), '');
    verifyChainSignature(transaction, hexToBytes(input.public_key), input.prevout_value, '');
    return {};
  },
  'authorization-url': (input: AuthorizationInput) => {
    checkAuthorizationUrl(input.url, input.authorization_endpoint, {
      dtaEntityId: hexToBytes(input.dta_entity_id),
      publicKey: hexToBytes(input.public_key),
      issuer: input.issuer,
      salt: hexToBytes(input.salt),
    });
    return {};
  },
  'jwks-signature': ({ entity_id: entityId, public_key: key, now, ...shown }: JwksInput) => {
    checkJwks({ ...shown, entityId, anchorKey: hexToBytes(key) }, now);
    return {};
  },
  'header-chain': ({ parameters, checkpoint, sources, now }: HeaderChainInput) => {
    const chain = new HeaderChain(parameters, checkpoint);
    for (const headers of sources) chain.add(headers.map(hexToBytes), Date.parse(now) / 1000);
    const { tip } = chain;
    return {
      tip: { height: tip.height, hash: printHash(tip.hash) },
      work: tip.work.toString(16).padStart(64, '0'),
      median_time_past: formatTime(chain.medianTimePast(tip)),
    };
  },
  'lineage-proof': (input: { record: BirthRecord; digest: string; lineage: LineageProof }) =>
    verifyLineageProof(input.record, hexToBytes(input.digest), input.lineage),
  'merkle-root': ({ leaf, branch, position }: { leaf: string; branch: string[]; position: number }) => ({
    root: bytesToHex(merkleRootOf(hexToBytes(leaf), branch.map(hexToBytes), position, '')),
  }),
  'op-return-outputs': (input: { scripts: string[] }) => ({ vout: opReturnIndex(input.scripts.map(hexToBytes)) }),
  'op-return-script': (input: { script: string }) => ({
    payload: bytesToHex(parseOpReturnScript(hexToBytes(input.script))),
  }),
  'payload-decode': (input: { payload: string }) => printedPayload(decodePayload(hexToBytes(input.payload))),
  'txref-decode': (input: { network: NetworkName; txref: string }) => {
    const { txIndex, ...place } = decodeTxRef(input.network, input.txref);
    return { ...place, tx_index: txIndex };
  },
};

interface AuthorizationInput {
  url: string;
  authorization_endpoint: string;
  issuer: string;
  dta_entity_id: string;
  public_key: string;
  salt: string;
}

interface JwksInput extends JwksSignature {
  entity_id: string;
  public_key: string;
  jwks: object;
  now: number;
}

interface HeaderChainInput {
  parameters: ChainParameters;
  checkpoint: ChainCheckpoint;
  sources: string[][];
  now: string;
}
