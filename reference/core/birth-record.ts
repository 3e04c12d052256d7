/** Writing a Birth Record (spec 3.1): a first one, or that of a successor. */
import type { BirthRecord, BlockRef, Chain, Operator, Outpoint, Policy, RecordKeys, Services } from '../gen/schemas.ts';
import { canonicalOctets } from './canonical.ts';
import { signDigest } from './document-signature.ts';
import { bytesToHex } from './hex.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import { validate } from './schema.ts';

/** Where the metadata of an entity is, under its issuer (MDT-REC-007, -014). */
export const METADATA_PATHS = { dta: '/.well-known/milagro-dta', idp: '/.well-known/openid-configuration' } as const;

/** What an entity knows of itself when it writes its record. Keys are public and hexadecimal. */
export type EntityIdentity = DtaIdentity | IdpIdentity | RelayIdentity;

/** What every entity states of itself. */
export interface CommonIdentity {
  readonly name: string;
  readonly operator: Operator;
  readonly issuer: string;
  readonly grpc: string;
  readonly policy: Policy;
}

export interface DtaIdentity extends CommonIdentity {
  readonly role: 'dta';
  readonly keys: Required<Omit<RecordKeys, 'noise'>>;
  readonly masterPublicKey: string;
  readonly masterPop: string;
  /** entity_ids of the IdPs it relies on. */
  readonly idps: readonly string[];
}

export interface IdpIdentity extends CommonIdentity {
  readonly role: 'idp';
  readonly keys: Required<Omit<RecordKeys, 'noise'>>;
}

export interface RelayIdentity extends CommonIdentity {
  readonly role: 'relay';
  readonly keys: Omit<RecordKeys, 'noise' | 'log' | 'directory'>;
}

/** What the chain adds. */
export interface BirthCircumstances {
  readonly chain: Chain;
  readonly created: string;
  readonly freshness: BlockRef;
  /** The outpoint that the BIRTH will spend, or has spent. */
  readonly lineage: Outpoint;
  /** Digests of the first record and of the one before (MDT-REC-015); of successors only. */
  readonly succeeds?: { readonly entity_id: string; readonly previous: string };
}

/** A record with its digest and the live signature by `keys.anchor`. */
export interface SignedRecord {
  readonly record: BirthRecord;
  readonly octets: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/** The Birth Record of an entity, valid against its schema. */
export function buildRecord(
  identity: EntityIdentity,
  { chain, created, freshness, lineage, succeeds }: BirthCircumstances,
): BirthRecord {
  const { issuer, keys } = identity;
  return validate('birth-record', {
    type: 'milagro-birth-record',
    spec: '1.0',
    role: identity.role,
    name: identity.name,
    operator: identity.operator,
    issuer,
    chain,
    created,
    freshness,
    lineage,
    keys: { ...keys },
    ...(identity.role === 'dta' && {
      master_public_key: identity.masterPublicKey,
      master_pop: identity.masterPop,
      idps: [...identity.idps],
    }),
    services: servicesOf(identity),
    policy: identity.policy,
    ...succeeds,
  });
}

function servicesOf({ role, issuer, grpc }: EntityIdentity): Services {
  const common = {
    grpc,
    birth_record: `${issuer}/.well-known/milagro-birth-record`,
    status: `${issuer}/milagro/v1/status`,
  };
  if (role === 'relay') return { ...common, relay: grpc };
  return { ...common, metadata: `${issuer}${METADATA_PATHS[role]}`, activity_log: `${issuer}/milagro/v1/log` };
}

/** Canonical octets, digest and signature of a record. */
export function signRecord(record: BirthRecord, anchorSecret: Uint8Array): SignedRecord {
  const octets = canonicalOctets(record);
  const digest = sha256(octets);
  return { record, octets, digest, signature: signDigest('milagro-birth-record', digest, anchorSecret) };
}

/** `entity_id` of an entity whose first record has this digest. */
export function entityIdOf(digest: Uint8Array): string {
  return bytesToHex(digest);
}
