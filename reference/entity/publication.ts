/** What a born entity shows: the hosted record and the metadata, with the proofs that stand behind them (spec 3.2). */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { ChainBackend } from '../chain/chain-backend.ts';
import type { Link } from '../chain/lineage/lineage-path.ts';
import { verifyAnchorProof } from '../core/anchor-proof.ts';
import { canonicalOctets, documentDigest } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { buildLocator, TXREF_CONFIRMATIONS } from '../core/locator.ts';
import type { NetworkName } from '../core/network.ts';
import { stripWitness } from '../core/transaction.ts';
import type {
  BirthRecord,
  DtaMetadata,
  HostedRecord,
  HostedRetirement,
  LineageProof,
  LinkProof,
  Predecessor,
  Retirement,
} from '../gen/schemas.ts';
import { policyDepth, type RecordInForce } from './record-in-force.ts';
import type { KeptRecord, KeptRetirement } from './state.ts';

export interface Publication {
  readonly entityId: string;
  readonly hosted: HostedRecord;
  /** Of a D-TA. */
  readonly metadata?: DtaMetadata;
  /** Canonical octets of the record, as anchored. */
  readonly recordOctets: Uint8Array;
  readonly hostedOctets: Uint8Array;
  readonly metadataOctets?: Uint8Array;
  /** What of the chain it says, so that a change shows. */
  readonly says: string;
}

/** Builds all that is shown of the record in force. */
export async function publish(node: ChainBackend, network: NetworkName, inForce: RecordInForce): Promise<Publication> {
  const { records, anchor, retirement } = inForce;
  const [current, ...before] = records.toReversed();
  if (!current) throw new MdtError('MDT_INTERNAL', 'no record in force', { field: 'birth_record' });
  const lineage = await lineageProof(node, network, inForce);
  const proven = lineage.proofs.find(({ link }) => link === anchor) ?? lineage.proofs[0];
  const record = JSON.parse(current.record) as BirthRecord;
  const sha256 = digestOf(record);
  const hosted: HostedRecord = {
    birth_record: record,
    sha256,
    signature: current.signature,
    ...(current.previousSignature !== undefined && { previous_signature: current.previousSignature }),
    ...(before.length > 0 && { predecessors: before.toReversed().map(predecessorOf) }),
    anchor: { locator: proven.locator, proof: proven.proof },
    lineage,
    ...(retirement && { retirement: hostedRetirement(retirement) }),
  };
  const entityId = record.entity_id ?? sha256;
  const metadata = record.role === 'dta' ? metadataOf(entityId, hosted) : undefined;
  return {
    entityId,
    hosted,
    ...(metadata && { metadata, metadataOctets: canonicalOctets(metadata) }),
    recordOctets: canonicalOctets(record),
    hostedOctets: canonicalOctets(hosted),
    says: saying(inForce),
  };
}

/**
 * Whether a publication still says how the chain is, so that nothing has to be issued anew.
 * @param grown whether it did at the block before the tip, so that the headers that it carries are known to be active
 */
export async function isCurrent(
  publication: Publication,
  node: ChainBackend,
  inForce: RecordInForce,
  grown: boolean,
): Promise<boolean> {
  if (publication.says !== saying(inForce)) return false;
  if (grown) return true;
  for (const proof of publication.hosted.lineage.proofs) if (!(await followersAreActive(proof, node))) return false;
  return true;
}

/** Which anchors there are, and where those are that are proven. A txref comes with 6 confirmations (MDT-LOC-002). */
function saying({ records, links, proven, retirement }: RecordInForce): string {
  const places = proven.map((index) => {
    const { blockHash, confirmations = 0 } = links[index] ?? {};
    return [index, blockHash, confirmations >= TXREF_CONFIRMATIONS];
  });
  return JSON.stringify([records.length, links.map(({ version }) => version.txid), places, retirement !== undefined]);
}

// A reorganisation above an anchor leaves its block in place and replaces headers that the proof carries.
async function followersAreActive({ locator, proof }: LinkProof, node: ChainBackend): Promise<boolean> {
  const { following_headers: headers } = proof;
  const last = headers.at(-1);
  return last === undefined || (await node.headerHex(await node.blockHash(locator.height + headers.length))) === last;
}

/** Every confirmed anchor, and the proofs of those that a reader needs (MDT-PRF-006, -007). */
async function lineageProof(
  node: ChainBackend,
  network: NetworkName,
  { records, links, proven }: RecordInForce,
): Promise<LineageProof & { proofs: [LinkProof, ...LinkProof[]] }> {
  // By the policy of the record in force before each link: that of as many SUCCESSORs.
  const depths = records.map(policyDepth);
  const proofs = await Promise.all(
    proven.map(async (link) => linkProof(node, network, link, links[link], depths[links[link]?.generation ?? 0] ?? 1)),
  );
  return {
    transactions: links.map(({ version }) => stripWitness(hexToBytes(version.transaction), 'transaction')) as [string],
    proofs: proofs as [LinkProof, ...LinkProof[]],
  };
}

async function linkProof(
  node: ChainBackend,
  network: NetworkName,
  link: number,
  confirmed: Link | undefined,
  confirmations: number,
): Promise<LinkProof> {
  if (!confirmed) throw new MdtError('MDT_INTERNAL', `no link ${link}`, { field: 'lineage' });
  const { version, blockHash } = confirmed;
  const { txid, transaction, coins } = version;
  const anchor = { txid, transaction, prevoutValue: coins[0].value, blockHash, confirmations: confirmed.confirmations };
  const { place, proof } = await node.proveAnchor(anchor, confirmations);
  try {
    verifyAnchorProof(proof, confirmations);
  } catch (cause) {
    // Blocks may have changed between two answers of the node; a proof that does not hold by itself is never shown.
    throw new MdtError('MDT_CONFIRMATIONS', 'the chain changed while the proof was built', { field: 'proof', cause });
  }
  return { link, locator: buildLocator(network, place), proof };
}

function predecessorOf({ record, signature, previousSignature }: KeptRecord): Predecessor {
  return {
    birth_record: JSON.parse(record) as BirthRecord,
    signature,
    ...(previousSignature !== undefined && { previous_signature: previousSignature }),
  };
}

function hostedRetirement({ retirement, signature }: KeptRetirement): HostedRetirement {
  const document = JSON.parse(retirement) as Retirement;
  return { retirement: document, sha256: digestOf(document), signature };
}

function digestOf(document: object): string {
  return bytesToHex(documentDigest(document));
}

function metadataOf(entityId: string, { birth_record: record, sha256, signature, anchor }: HostedRecord): DtaMetadata {
  return {
    issuer: record.issuer,
    role: 'dta',
    entity_id: entityId,
    ...milagroMetadata({ birth_record: record, sha256, signature, anchor }),
    milagro_idps: record.idps ?? [],
  };
}

/** What metadata of every role say of the record (spec 3.2). */
export function milagroMetadata({
  birth_record: record,
  sha256,
  signature,
  anchor,
}: Pick<HostedRecord, 'birth_record' | 'sha256' | 'signature' | 'anchor'>): Omit<
  DtaMetadata,
  'issuer' | 'role' | 'entity_id' | 'milagro_idps'
> {
  return {
    milagro_spec_versions_supported: [record.spec],
    milagro_birth_record_uri: record.services.birth_record,
    milagro_birth_record_sha256: sha256,
    milagro_birth_record_signature: signature,
    milagro_birth_record_anchor: anchor.locator,
    milagro_status_uri: record.services.status,
    milagro_activity_log_uri: record.services.activity_log ?? '',
    milagro_grpc_endpoint: record.services.grpc,
    milagro_grpc_transports_supported: ['plain'],
  };
}
