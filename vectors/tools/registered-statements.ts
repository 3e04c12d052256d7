/** Statements of PATs, their leaves and batches, anchored in blocks upon the recorded chain, as a reader is shown them. */
import type { PatRegistration, PatStatement } from '../../reference/gen/schemas.ts';
import { leafHash, treeRoot } from '../../conformance/oracle/log-tree.ts';
import { inclusionPath } from './example-activity.ts';
import { digestOfRecord } from './example-record.ts';
import { forgePaid, placeAnchor, type Forged } from './forged-anchors.ts';
import { digestOf, keyOf, publicKey, sha256, signHash, tagged } from './keys.ts';
import { headerAt, headersBetween, rfc3339, timeOf } from './recorded-headers.ts';
import { RECORD } from './recorded-proofs.ts';
import { chainFrom } from './verdict-questions.ts';

/** Height of the block that the reader's chain and the anchors part from, and of the reader's checkpoint. */
export const PARENT = 140;
const CHECKPOINT = 120;
export const KEY: Buffer = keyOf('pat');
const STATED: Buffer = digestOf('what is stated');

export function statementOf(says: Partial<PatStatement> = {}, name = 'pat'): PatStatement {
  return {
    type: 'milagro-pat-statement',
    spec: '1.0',
    chain: RECORD.chain,
    created: rfc3339(timeOf(headerAt(PARENT))),
    freshness: RECORD.freshness,
    subject_key: publicKey(keyOf(name)).toString('hex'),
    statement_digest: STATED.toString('hex'),
    ...says,
  };
}

export function hashOf(statement: PatStatement): Buffer {
  const message = Buffer.concat([Buffer.from(statement.subject_key, 'hex'), digestOfRecord(statement)]);
  return sha256(tagged('MDT/1/pat-signature', message));
}

export function signatureOf(statement: PatStatement, key: Uint8Array = KEY): string {
  return signHash(hashOf(statement), key).toString('hex');
}

export function leafOf(statement: PatStatement, signature: string): Buffer {
  const [key, octets] = [statement.subject_key, signature].map((hex) => Buffer.from(hex, 'hex')) as [Buffer, Buffer];
  return Buffer.concat([key, digestOfRecord(statement), octets]);
}

/** Leaves of the batch of that many statements, of as many keys. */
export function leavesOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const statement = statementOf({}, `pat ${String(index)}`);
    return leafOf(statement, signatureOf(statement, keyOf(`pat ${String(index)}`)));
  });
}

export function bodyOf(leaves: readonly Buffer[], count: number = leaves.length): string {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(count);
  return `11${treeRoot(leaves.map(leafHash)).toString('hex')}${octets.toString('hex')}`;
}

/** A reader's chain with an anchor transaction in the block after PARENT, and so many upon it. */
export interface Anchored {
  readonly registration: PatRegistration;
  /** After the block at PARENT. */
  readonly headers: readonly string[];
}

export interface Plan {
  readonly statement?: PatStatement;
  readonly signature?: string;
  readonly batch?: PatRegistration['batch'];
  readonly upon?: number;
}

export function anchored(paid: Forged, { statement = statementOf(), signature, batch, upon = 9 }: Plan): Anchored {
  const { locator, proof } = placeAnchor(paid, 0, { header: headerAt(PARENT), height: PARENT }, upon);
  const { following_headers: following, ...rest } = proof;
  return {
    registration: {
      statement,
      signature: signature ?? signatureOf(statement),
      ...(batch && { batch }),
      locator,
      proof: { ...rest, following_headers: [] },
    },
    headers: [proof.header, ...following],
  };
}

export function direct(plan: Plan = {}): Anchored {
  const signature = plan.signature ?? signatureOf(plan.statement ?? statementOf());
  return anchored(forgePaid(`10${signature}`, 'payer'), plan);
}

/** Our statement among `count`, at `index`. */
export function batched(
  count: number,
  index: number,
  { statement = statementOf(), ...plan }: Plan = {},
): Anchored & { leaves: Buffer[] } {
  const signature = plan.signature ?? signatureOf(statement);
  const leaves = leavesOf(count);
  leaves[index] = leafOf(statement, signature);
  const path = inclusionPath(index, leaves.map(leafHash)).map((hash) => hash.toString('hex'));
  const batch = { index, path };
  return { ...anchored(forgePaid(bodyOf(leaves), 'payer'), { statement, signature, batch, ...plan }), leaves };
}

export interface Asked {
  readonly subject_key?: string;
  readonly statement_digest?: string;
  readonly confirmations?: number;
}

export function inputOf({ registration, headers }: Anchored, asked: Asked = {}): Record<string, unknown> {
  const all = `${headersBetween(CHECKPOINT + 1, PARENT)}${headers.join('')}`;
  return {
    registration,
    subject_key: publicKey(KEY).toString('hex'),
    statement_digest: STATED.toString('hex'),
    ...chainFrom(CHECKPOINT),
    headers: all,
    confirmations: 6,
    now: rfc3339(timeOf(headerAt(PARENT)) + 86_400),
    ...asked,
  };
}

function medianAt(headers: readonly string[], height: number): string {
  const times: number[] = [];
  for (let at = Math.max(0, height - 10); at <= height; at++)
    times.push(timeOf(at <= PARENT ? headerAt(at) : (headers[at - PARENT - 1] ?? '')));
  return rfc3339(times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0);
}

export function learnt({ registration, headers }: Anchored): Record<string, unknown> {
  const { statement, batch } = registration;
  const closing = PARENT + 1 + 6;
  return {
    form: batch ? 'BATCHED' : 'DIRECT',
    digest: digestOfRecord(statement).toString('hex'),
    confirmations: headers.length,
    existed_after: medianAt(headers, statement.freshness.height),
    ...(PARENT + headers.length >= closing && { existed_before: medianAt(headers, closing) }),
  };
}
