/**
 * The records of an entity, the first one first, and how each follows from the one before (spec 6.2, 6.5). The
 * first record promises the next key by its hash; both keys sign the change.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { BirthRecord, Chain, HostedRecord } from '../gen/schemas.ts';
import { checkChain, checkRecordRules } from './birth-record-rules.ts';
import { canonicalOctets } from './canonical.ts';
import { MAX_DOCUMENT_OCTETS } from './document-octets.ts';
import { verifyDigestSignature } from './document-signature.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, parseHex } from './hex.ts';

/** A record with what follows from it alone. */
export interface EntityRecord {
  readonly record: BirthRecord;
  /** 32 octets. */
  readonly digest: Uint8Array;
  /** `keys.anchor`, 33 octets. */
  readonly key: Uint8Array;
}

/** One of the records that an envelope shows, and its signatures. */
export interface ShownRecord extends EntityRecord {
  readonly signature: string;
  readonly previousSignature: string | undefined;
  /** JSON pointer of what holds the record and its signatures. */
  readonly place: string;
}

/** Every record of the entity, the first one first and the one in force last. */
export type Succession = readonly [ShownRecord, ...ShownRecord[]];

/** A record of its own octets, as `lineage-proof.ts` needs it. */
export function entityRecord(record: BirthRecord, digest: Uint8Array): EntityRecord {
  return { record, digest, key: parseHex(record.keys.anchor, 'MDT_SCHEMA', '/keys/anchor', 33) };
}

/**
 * The records of a hosted record.
 * @throws MdtError MDT_SCHEMA (MDT-REC-109), MDT_DOCUMENT_TOO_LARGE
 */
export function readSuccession(hosted: HostedRecord): Succession {
  const isFirst = hosted.birth_record.entity_id === undefined;
  const earlier = hosted.predecessors ?? [];
  if (isFirst && hosted.predecessors !== undefined) {
    throw new MdtError('MDT_SCHEMA', 'a first record has no predecessors', { field: '/predecessors' });
  }
  if (!isFirst && earlier.length === 0) {
    throw new MdtError('MDT_SCHEMA', 'a successor record without predecessors', { field: '/predecessors' });
  }
  const [first, ...later] = [...earlier.map((each, index) => shown(each, `/predecessors/${index}`)), shown(hosted, '')];
  if (first === undefined) throw new MdtError('MDT_INTERNAL', 'no record');
  if (first.previousSignature !== undefined) {
    throw new MdtError('MDT_SCHEMA', 'a first record has one signature', {
      field: `${first.place}/previous_signature`,
    });
  }
  return [first, ...later];
}

function shown(
  {
    birth_record,
    signature,
    previous_signature,
  }: Pick<HostedRecord, 'birth_record' | 'signature' | 'previous_signature'>,
  place: string,
): ShownRecord {
  const octets = canonicalOctets(birth_record);
  if (octets.length > MAX_DOCUMENT_OCTETS) {
    throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `${octets.length} canonical octets`, {
      field: `${place}/birth_record`,
    });
  }
  return { ...entityRecord(birth_record, sha256(octets)), signature, previousSignature: previous_signature, place };
}

/**
 * Checks each record by itself. The chain of the one in force is compared with the reader's own; that the others are
 * of the same chain is `checkSuccession`'s to see.
 * @throws MdtError MDT_WRONG_CHAIN, MDT_SCHEMA, MDT_BLS_POINT, MDT_MASTER_POP or MDT_POLICY
 */
export function checkRecords(records: Succession, ownChain?: Pick<Chain, 'genesis' | 'checkpoint'>): void {
  if (ownChain) checkChain(inForce(records).record.chain, ownChain);
  for (const { record, place } of records) checkRecordRules(record, `${place}/birth_record`);
}

/**
 * Checks the signatures of each record: by its own key, and a successor's by the key before, too.
 * @throws MdtError MDT_SIGNATURE, MDT_SIGNATURE_HIGH_S or MDT_PREVIOUS_SIGNATURE
 */
export function checkSignatures(records: Succession): void {
  for (const [index, { digest, key, signature, previousSignature, place }] of records.entries()) {
    const field = `${place}/signature`;
    const octets = parseHex(signature, 'MDT_SIGNATURE', field, 64);
    verifyDigestSignature('milagro-birth-record', digest, octets, key, field);
    const before = records[index - 1];
    if (before) checkPreviousSignature(previousSignature, digest, before.key, `${place}/previous_signature`);
  }
}

function checkPreviousSignature(
  signature: string | undefined,
  digest: Uint8Array,
  key: Uint8Array,
  field: string,
): void {
  const code = 'MDT_PREVIOUS_SIGNATURE';
  if (signature === undefined) throw new MdtError(code, 'the key before has not signed', { field });
  try {
    verifyDigestSignature('milagro-birth-record', digest, parseHex(signature, code, field, 64), key, field);
  } catch (cause) {
    if (!(cause instanceof MdtError) || cause.code !== 'MDT_SIGNATURE') throw cause;
    throw new MdtError(code, 'does not verify by the key before', { field, cause });
  }
}

/**
 * Checks that each record follows from those before it.
 * @throws MdtError MDT_SUCCESSOR or MDT_NEXT_ANCHOR
 */
export function checkSuccession(records: Succession): void {
  const [first] = records;
  if (first.record.entity_id !== undefined) {
    throw new MdtError('MDT_SUCCESSOR', 'the first record is a successor', { field: `${first.place}/birth_record` });
  }
  for (const [index, each] of records.entries()) {
    const before = records[index - 1];
    if (before) checkSuccessor(each, before, first);
  }
}

function checkSuccessor({ record, key, place }: ShownRecord, before: ShownRecord, first: ShownRecord): void {
  const field = `${place}/birth_record`;
  const agrees = {
    entity_id: record.entity_id === bytesToHex(first.digest),
    previous: record.previous === bytesToHex(before.digest),
    lineage: record.lineage.txid === first.record.lineage.txid && record.lineage.vout === first.record.lineage.vout,
    role: record.role === first.record.role,
    'chain/genesis': record.chain.genesis === first.record.chain.genesis,
  };
  const [other] = Object.entries(agrees).find(([, same]) => !same) ?? [];
  if (other !== undefined) {
    throw new MdtError('MDT_SUCCESSOR', 'does not agree with the records before', { field: `${field}/${other}` });
  }
  if (bytesToHex(sha256(key)) !== before.record.keys.next_anchor_hash) {
    throw new MdtError('MDT_NEXT_ANCHOR', 'not the key that was promised', { field: `${field}/keys/anchor` });
  }
}

/** The record in force. */
export function inForce(records: Succession): ShownRecord {
  return records.at(-1) ?? records[0];
}
