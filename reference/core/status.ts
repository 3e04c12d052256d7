/** STATUS documents: what the people behind an entity state to be still true (spec 9.1). */
import type { BlockRef, Chain, Status } from '../gen/schemas.ts';
import { MdtError } from './errors.ts';
import { validate } from './schema.ts';
import { formatTime } from './time.ts';

export type StatusCode = Status['codes'][number];

/** Every code, in the order of the table of 9.1. */
export const STATUS_CODES: readonly StatusCode[] = [
  'WAR',
  'GAG',
  'SUBP',
  'TRAP',
  'CEASE',
  'DURESS',
  'RAID',
  'SEIZE',
  'XCRED',
  'XOPERS',
];

export interface StatusContent {
  readonly chain: Chain;
  readonly created: string;
  readonly freshness: BlockRef;
  /** 32 octets, hexadecimal. */
  readonly entityId: string;
  /** Digest of the record in force. */
  readonly record: string;
  /** The STATUS before, with its digest; absent for the first. */
  readonly before?: { readonly document: Status; readonly sha256: string };
  readonly codes: readonly StatusCode[];
  /** How long after `created` the next is due, and this one expires. Seconds. */
  readonly dueAfter: number;
  readonly expiresAfter: number;
}

/** The document, unsigned (MDT-STA-003 to -005). */
export function writeStatus(content: StatusContent): Status {
  const { chain, created, freshness, entityId, record, before, codes, dueAfter, expiresAfter } = content;
  const at = Date.parse(created) / 1000;
  return validate('status', {
    type: 'milagro-status',
    spec: '1.0',
    chain,
    created,
    freshness,
    entity_id: entityId,
    record,
    seq: before ? before.document.seq + 1 : 0,
    previous: before?.sha256 ?? entityId,
    next_due: formatTime(at + dueAfter),
    expires: formatTime(at + expiresAfter),
    codes: STATUS_CODES.filter((code) => codes.includes(code)),
  });
}

/** Codes that a STATUS lacks and the one before of the same record held. */
export function triggered(status: Status, before: Status | undefined): StatusCode[] {
  const held = before?.record === status.record ? before.codes : STATUS_CODES;
  return held.filter((code) => !status.codes.includes(code));
}

/**
 * Checks that a STATUS may follow another (MDT-STA-003 to -007), before it is served.
 * @param before the newest, with its digest; absent where there is none
 * @param inForce digest and policy of the record in force
 * @throws MdtError MDT_STATUS_SEQ, MDT_STATUS_CODE, MDT_STATUS_GAP with the member at fault
 */
export function expectFollows(
  status: Status,
  before: { readonly document: Status; readonly sha256: string } | undefined,
  inForce: { readonly entityId: string; readonly record: string; readonly maxAgeSeconds: number },
): void {
  const seq = before ? before.document.seq + 1 : 0;
  expect(status.entity_id === inForce.entityId, 'MDT_STATUS_SEQ', '/entity_id', 'another entity');
  expect(status.record === inForce.record, 'MDT_STATUS_SEQ', '/record', 'not the record in force');
  expect(status.seq === seq, 'MDT_STATUS_SEQ', '/seq', `${seq} is next`);
  expect(status.previous === (before?.sha256 ?? inForce.entityId), 'MDT_STATUS_SEQ', '/previous', 'not the one before');
  const [created, due, expires] = [status.created, status.next_due, status.expires].map(seconds) as Three;
  expect(
    before === undefined || created >= seconds(before.document.created),
    'MDT_STATUS_SEQ',
    '/created',
    'dated back',
  );
  expect(due > created, 'MDT_STATUS_GAP', '/next_due', 'not later than created');
  const most = created + inForce.maxAgeSeconds;
  expect(expires >= due && expires <= most, 'MDT_STATUS_GAP', '/expires', `not from next_due to ${formatTime(most)}`);
  const isFirst = before?.document.record !== status.record;
  const held = isFirst ? STATUS_CODES : (before?.document.codes ?? []);
  const back = status.codes.find((code) => !held.includes(code));
  expect(back === undefined, 'MDT_STATUS_CODE', '/codes', `${back} has triggered`);
  expect(!isFirst || status.codes.length === STATUS_CODES.length, 'MDT_STATUS_CODE', '/codes', 'the first holds all');
}

type Three = [number, number, number];

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}

function expect(
  holds: boolean,
  code: 'MDT_STATUS_SEQ' | 'MDT_STATUS_CODE' | 'MDT_STATUS_GAP',
  field: string,
  message: string,
): void {
  if (!holds) throw new MdtError(code, message, { field });
}
