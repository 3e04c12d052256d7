/** The links of a lineage in order: each spends the one before, and pays the key in force after it (spec 2.2, 6.5). */
import type { BirthRecord } from '../gen/schemas.ts';
import { continuationScript, CONTINUATION_VOUT, firstOutpoint, readPayload } from './anchor-transaction.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, equalOctets, parseHex } from './hex.ts';
import type { ExperimentalPayload, Payload } from './payload.ts';
import { isP2wpkhScript, p2wpkhScript } from './public-key-script.ts';
import type { EntityRecord } from './succession.ts';
import { parseHashedStripped, type Transaction } from './transaction.ts';

/** An anchor in its place. */
export interface Link {
  readonly transaction: Transaction;
  readonly hash: Uint8Array;
  readonly payload: Payload;
  /**
   * The record in force before it: its key signs input 0, its policy says how deep the anchor has to be. `undefined`
   * after a SUCCESSOR whose record is not shown yet.
   */
  readonly before: EntityRecord | undefined;
}

/** What is in force after a link: its script, and its record where it is shown. */
interface InForce {
  readonly script: Uint8Array;
  readonly record: EntityRecord | undefined;
}

/**
 * Reads the links of an entity.
 * @param records of the entity, the first one first
 * @param proven index of the newest proven link: up to it a SUCCESSOR has its record among `records`
 * @param place JSON pointer of the list
 * @throws MdtError MDT_MALFORMED_TX, MDT_LINEAGE_OUTPOINT, MDT_PAYLOAD_KIND, MDT_PAYLOAD_ROLE, MDT_DIGEST,
 *   MDT_LINEAGE_OUTPUTS, MDT_LINEAGE_CONTINUATION, MDT_LINEAGE_BROKEN or MDT_SUCCESSOR_MISSING
 */
export function readLinks(
  records: readonly [EntityRecord, ...EntityRecord[]],
  transactions: readonly string[],
  proven: number,
  place: string,
): Link[] {
  const [first, ...successors] = records;
  const links: Link[] = [];
  let state: InForce = { script: p2wpkhScript(first.key), record: first };
  for (const [index, hex] of transactions.entries()) {
    const field = `${place}/${index}`;
    const { transaction, hash } = parseHashedStripped(parseHex(hex, 'MDT_MALFORMED_TX', field), field);
    const payload =
      index === 0
        ? checkBirth(first, transaction, field)
        : checkFollowing(transaction, links[index - 1], first.digest, field);
    const before = state.record;
    const pays = continuationScript(transaction, field);
    if (payload.kind === 'SUCCESSOR') state = succeed(payload.digest, pays, index > proven, successors.shift(), field);
    if (!equalOctets(pays, state.script)) {
      throw new MdtError('MDT_LINEAGE_CONTINUATION', 'output 1 does not pay to the current key', { field });
    }
    links.push({ transaction, hash, payload, before });
  }
  if (successors.length > 0) {
    throw new MdtError('MDT_SUCCESSOR_MISSING', 'a record without a proven SUCCESSOR', { field: place });
  }
  return links;
}

/** The BIRTH spends the outpoint that the record names and carries its role and digest. */
function checkBirth({ record, digest }: EntityRecord, birth: Transaction, field: string): Payload {
  checkOutpoint(record, birth, field);
  const payload = readPayload(birth, field);
  if (payload.kind !== 'BIRTH') throw new MdtError('MDT_PAYLOAD_KIND', 'the first anchor is no BIRTH', { field });
  if (payload.role !== record.role) throw new MdtError('MDT_PAYLOAD_ROLE', 'the BIRTH is of another role', { field });
  checkDigest(payload.digest, digest, field);
  return payload;
}

function checkOutpoint({ lineage }: BirthRecord, birth: Transaction, field: string): void {
  const outpoint = firstOutpoint(birth);
  if (outpoint?.txid !== lineage.txid || outpoint.vout !== lineage.vout) {
    throw new MdtError('MDT_LINEAGE_OUTPOINT', 'the BIRTH spends another outpoint', { field });
  }
}

function checkDigest(anchored: Uint8Array, digest: Uint8Array, field: string): void {
  if (!equalOctets(anchored, digest)) throw new MdtError('MDT_DIGEST', `anchors ${bytesToHex(anchored)}`, { field });
}

/** Later anchors spend output 1 of the one before, are of kinds that name the entity, name this one, and follow no RETIRE. */
function checkFollowing(
  transaction: Transaction,
  previous: Link | undefined,
  entityId: Uint8Array,
  field: string,
): Payload {
  const [input] = transaction.ins;
  if (!input || !previous || !equalOctets(input.hash, previous.hash) || input.index !== CONTINUATION_VOUT) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'does not spend output 1 of its predecessor', { field });
  }
  if (previous.payload.kind === 'RETIRE') {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'an anchor after a RETIRE', { field });
  }
  const payload: Payload | ExperimentalPayload = readPayload(transaction, field);
  if (!('entityId' in payload) || !equalOctets(payload.entityId, entityId)) {
    throw new MdtError('MDT_LINEAGE_BROKEN', 'an anchor of another entity', { field });
  }
  return payload;
}

function succeed(
  digest: Uint8Array,
  pays: Uint8Array,
  young: boolean,
  record: EntityRecord | undefined,
  field: string,
): InForce {
  if (young && record === undefined) {
    if (isP2wpkhScript(pays)) return { script: pays, record: undefined };
    throw new MdtError('MDT_LINEAGE_CONTINUATION', 'a SUCCESSOR pays to no key', { field });
  }
  if (young || record === undefined) {
    throw new MdtError('MDT_SUCCESSOR_MISSING', 'a SUCCESSOR and the records shown do not correspond', { field });
  }
  checkDigest(digest, record.digest, field);
  return { script: p2wpkhScript(record.key), record };
}
