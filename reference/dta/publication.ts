/** What a born D-TA shows: the hosted record and the metadata, with the proofs that stand behind them (spec 3.2). */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import { buildAnchorProof } from '../chain/proof-builder.ts';
import { followingHeaderCount, verifyAnchorProof } from '../core/anchor-proof.ts';
import { entityIdOf } from '../core/birth-record.ts';
import { canonicalOctets, documentDigest } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { buildLocator, TXREF_CONFIRMATIONS } from '../core/locator.ts';
import type { NetworkName } from '../core/network.ts';
import { stripWitness } from '../core/transaction.ts';
import type { AnchorProof, BirthRecord, DtaMetadata, HostedRecord, LineageProof, Locator } from '../gen/schemas.ts';

export interface Publication {
  readonly entityId: string;
  readonly hosted: HostedRecord;
  readonly metadata: DtaMetadata;
  /** Canonical octets of the record, as anchored. */
  readonly recordOctets: Uint8Array;
  readonly hostedOctets: Uint8Array;
  readonly metadataOctets: Uint8Array;
}

/** A birth as the version of its anchor that is confirmed has it. Octets are hexadecimal. */
export interface AnchoredBirth {
  /** RFC 8785 octets of the record, as text. */
  readonly record: string;
  readonly signature: string;
  readonly transaction: string;
  readonly txid: string;
  /** Satoshi. */
  readonly prevoutValue: number;
}

/** Where the BIRTH stands now. */
export interface BirthPlace {
  readonly birth: AnchoredBirth;
  readonly blockHash: string;
  readonly confirmations: number;
}

/** Builds all that is shown of a BIRTH that is deep enough. */
export async function publish(
  node: BitcoinNode,
  network: NetworkName,
  { birth, blockHash, confirmations }: BirthPlace,
): Promise<Publication> {
  const record = JSON.parse(birth.record) as BirthRecord;
  const entityId = entityIdOf(documentDigest(record));
  const { txid, transaction, prevoutValue } = birth;
  const anchor = { txid, transaction, prevoutValue, blockHash, confirmations };
  const { place, proof } = await buildAnchorProof(node, anchor, record.policy.confirmations);
  checkProof(proof, record.policy.confirmations);
  const locator = buildLocator(network, place);
  const lineage: LineageProof = {
    transactions: [stripWitness(hexToBytes(transaction), 'transaction')],
    proofs: [{ link: 0, locator, proof }],
  };
  const hosted: HostedRecord = {
    birth_record: record,
    sha256: entityId,
    signature: birth.signature,
    anchor: { locator, proof },
    lineage,
  };
  const metadata = metadataOf(record, hosted);
  return {
    entityId,
    hosted,
    metadata,
    recordOctets: canonicalOctets(record),
    hostedOctets: canonicalOctets(hosted),
    metadataOctets: canonicalOctets(metadata),
  };
}

/**
 * Whether a publication still says how the chain is, so that nothing has to be issued anew.
 * @param grown whether it did at the block before the tip, so that the headers that it carries are known to be active
 */
export async function isCurrent(
  publication: Publication,
  node: BitcoinNode,
  { blockHash, confirmations }: BirthPlace,
  grown: boolean,
): Promise<boolean> {
  const { locator } = publication.hosted.anchor;
  if (locator.block_hash !== blockHash) return false;
  if (confirmations >= TXREF_CONFIRMATIONS !== (locator.txref !== undefined) && fitsTxRef(locator)) return false;
  return grown || followersAreActive(publication, node);
}

// A reorganisation above the BIRTH leaves its block in place and replaces headers that the proof carries.
async function followersAreActive({ hosted }: Publication, node: BitcoinNode): Promise<boolean> {
  const { following_headers: headers } = hosted.anchor.proof;
  const last = headers.at(-1);
  if (last === undefined) return true;
  const count = followingHeaderCount(hosted.birth_record.policy.confirmations);
  return (await node.headerHex(await node.blockHash(hosted.anchor.locator.height + count))) === last;
}

function fitsTxRef({ height, tx_index }: Locator): boolean {
  return height < 2 ** 24 && tx_index < 2 ** 15;
}

/** Blocks may have changed between two answers of the node; a proof that does not hold by itself is never shown. */
function checkProof(proof: AnchorProof, confirmations: number): void {
  try {
    verifyAnchorProof(proof, confirmations);
  } catch (cause) {
    throw new MdtError('MDT_CONFIRMATIONS', 'the chain changed while the proof was built', { field: 'proof', cause });
  }
}

function metadataOf(record: BirthRecord, { sha256, signature, anchor }: HostedRecord): DtaMetadata {
  return {
    issuer: record.issuer,
    role: 'dta',
    entity_id: sha256,
    milagro_spec_versions_supported: [record.spec],
    milagro_birth_record_uri: record.services.birth_record,
    milagro_birth_record_sha256: sha256,
    milagro_birth_record_signature: signature,
    milagro_birth_record_anchor: anchor.locator,
    milagro_status_uri: record.services.status,
    milagro_activity_log_uri: record.services.activity_log ?? '',
    milagro_grpc_endpoint: record.services.grpc,
    milagro_grpc_transports_supported: ['plain'],
    milagro_idps: record.idps ?? [],
  };
}
