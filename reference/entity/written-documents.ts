/** Writing and signing what an entity anchors: its first record, that of a successor, and the document that ends it. */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { ChainBackend, ChainTip } from '../chain/chain-backend.ts';
import { buildRecord, signRecord, type SignedRecord } from '../core/birth-record.ts';
import { canonicalOctets, documentDigest } from '../core/canonical.ts';
import { signDigest } from '../core/document-signature.ts';
import { bytesToHex } from '../core/hex.ts';
import { hostHintOf } from '../core/host-hint.ts';
import { encodePayload } from '../core/payload.ts';
import { validate } from '../core/schema.ts';
import { creationTime, FRESHNESS_DEPTH } from '../core/time.ts';
import type { BirthRecord, Chain, Outpoint } from '../gen/schemas.ts';
import type { Moment } from '../log/life-now.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Launch } from '../runtime/launch.ts';
import { recordIdentity } from './identity.ts';
import type { EntitySecrets } from './secrets.ts';
import type { Declared, KeptRecord, KeptRetirement } from './state.ts';

/** Now, by the clock and a block that is 6 deep under a tip. */
export async function momentUnder(tip: ChainTip, node: ChainBackend, clock: Clock): Promise<Moment> {
  const height = tip.height - FRESHNESS_DEPTH;
  const { hash, medianTime } = await node.blockInfo(await node.blockHash(height));
  return { created: creationTime(clock.now(), medianTime), freshness: { height, hash } };
}

/** A first record, whose BIRTH will spend `lineage`. */
export function writeFirstRecord(
  launch: Launch,
  secrets: EntitySecrets,
  moment: Moment,
  lineage: Outpoint,
): Declared<KeptRecord> {
  const record = buildRecord(recordIdentity(launch, secrets), { chain: chainOf(launch), ...moment, lineage });
  const signed = signRecord(record, hexToBytes(secrets.anchor));
  const { registration, public: address } = launch.configuration;
  // An IdP that is private to one D-TA is found by nobody else (MDT-IDP-029).
  const isPrivate = record.role === 'idp' && registration?.access === 'private';
  const hostHint = isPrivate ? '' : hostHintOf(address.issuer);
  const payload = encodePayload({ kind: 'BIRTH', role: record.role, digest: signed.digest, hostHint });
  return { document: keptRecord(signed), anchored: { kind: 'BIRTH', payload: bytesToHex(payload) } };
}

/**
 * A successor's record (MDT-REC-015 to -018).
 * @param records those before, the first one first
 * @param old secrets of the record before; `fresh` those of this one
 */
export function writeSuccessor(
  launch: Launch,
  records: readonly KeptRecord[],
  { old, fresh }: { readonly old: EntitySecrets; readonly fresh: EntitySecrets },
  moment: Moment,
): Declared<KeptRecord> {
  const earlier = records.map(({ record }) => JSON.parse(record) as BirthRecord);
  const digests = earlier.map(documentDigest);
  const [first, entityId, previous] = [earlier[0], digests[0], digests.at(-1)];
  if (!first || !entityId || !previous) throw new RangeError('records: a successor succeeds somebody');
  const record = buildRecord(recordIdentity(launch, fresh), {
    chain: chainOf(launch),
    ...moment,
    lineage: first.lineage,
    succeeds: { entity_id: bytesToHex(entityId), previous: bytesToHex(previous) },
  });
  const signed = signRecord(record, hexToBytes(fresh.anchor));
  const previousSignature = signDigest('milagro-birth-record', signed.digest, hexToBytes(old.anchor));
  const payload = encodePayload({ kind: 'SUCCESSOR', digest: signed.digest, entityId });
  return {
    document: { ...keptRecord(signed), previousSignature: bytesToHex(previousSignature) },
    anchored: { kind: 'SUCCESSOR', payload: bytesToHex(payload) },
  };
}

/** Why an entity ends, and who takes over where somebody does. */
export interface End {
  readonly reason: string;
  /** `entity_id` of who takes over. */
  readonly successorEntity?: string;
}

/** The document that ends the entity (MDT-RET-001). */
export function writeRetirement(
  launch: Launch,
  entityId: string,
  { anchor }: Pick<EntitySecrets, 'anchor'>,
  { reason, successorEntity }: End,
  moment: Moment,
): Declared<KeptRetirement> {
  const retirement = validate('retirement', {
    type: 'milagro-retire',
    spec: '1.0',
    chain: chainOf(launch),
    ...moment,
    entity_id: entityId,
    reason,
    ...(successorEntity !== undefined && { successor_entity: successorEntity }),
  });
  const digest = documentDigest(retirement);
  const payload = encodePayload({ kind: 'RETIRE', digest, entityId: hexToBytes(entityId) });
  const signature = signDigest('milagro-retire', digest, hexToBytes(anchor));
  return {
    document: { retirement: asText(canonicalOctets(retirement)), signature: bytesToHex(signature) },
    anchored: { kind: 'RETIRE', payload: bytesToHex(payload) },
  };
}

function keptRecord({ octets, signature }: SignedRecord): KeptRecord {
  return { record: asText(octets), signature: bytesToHex(signature) };
}

function chainOf({ configuration }: Launch): Chain {
  const { genesis, checkpoint } = configuration.chain;
  return { genesis, header_format: 'sha256d-80', checkpoint };
}

function asText(octets: Uint8Array): string {
  return Buffer.from(octets).toString('utf8');
}
