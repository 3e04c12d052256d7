/**
 * What a target shows of its log and its canary, as checks read it. Nothing here judges: where a part is not there or
 * cannot be read, the checks that need it are untestable, and the requirement that asks for it has a check of its own.
 */
import type { ActivityRoot, BirthRecord, LogPromise, Status } from '../../reference/gen/schemas.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { CODES } from '../oracle/status.ts';
import { readCheckpoint, type Head } from '../oracle/checkpoint.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import { leafHash, treeRoot } from '../oracle/log-tree.ts';
import { readDocument } from '../oracle/json.ts';
import { Refusal } from '../oracle/refusal.ts';
import type { HttpResult } from '../world/http-client.ts';
import type { CanarySeen } from '../world/scenes/canary.ts';
import { seqIn, type LogLook } from '../world/scenes/log-looking.ts';
import { TILE_WIDTH } from '../world/scenes/log-questions.ts';
import type { Asked } from '../world/scenes/logging.ts';
import { lookedAt } from '../world/wire-log.ts';
import { bodyOf, MAX_ENVELOPE } from './hosted-view.ts';
import { served } from './http-view.ts';

const LENGTH_OCTETS = 2;

/** Looks of a scene, of which there is at least one. */
export function looksOf({ looks }: { readonly looks: readonly LogLook[] }): readonly LogLook[] {
  if (looks.length === 0) throw new Untestable('the log was never looked at: the target was not born');
  return looks;
}

export function lastLook(seen: { readonly looks: readonly LogLook[] }): LogLook {
  return looksOf(seen).at(-1) as LogLook;
}

/** Why the oracle refuses, where it does. */
export function refusalOf(attempt: () => unknown): Refusal | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The record in force at a look. */
export function recordAt({ record }: LogLook): BirthRecord {
  const { birth_record } = bodyOf(record, 'the record');
  if (schemaFault('birth-record', birth_record)) throw new Untestable('the record is not valid (MDT-REC-001)');
  return birth_record as BirthRecord;
}

export function entityOf(look: LogLook): string {
  const record = recordAt(look);
  return record.entity_id ?? digestOf(record);
}

export function digestOf(document: object): string {
  return sha256(canonicalOctets(document)).toString('hex');
}

/** `keys.log` of the record in force. */
export function logKey(look: LogLook): Buffer {
  return Buffer.from(recordAt(look).keys.log ?? '', 'hex');
}

/** What the checkpoint of a look says, where it is one. */
export function headAt(look: LogLook, { checkpoint }: Pick<LogLook, 'checkpoint'> = look): Head {
  lookedAt(checkpoint);
  if ('failed' in checkpoint || checkpoint.status !== 200) throw new Untestable('no checkpoint was served');
  return headIn(checkpoint.body, look);
}

/** The same of octets that came otherwise. */
export function headIn(octets: Uint8Array, look: LogLook): Head {
  try {
    return readCheckpoint(octets, entityOf(look), logKey(look));
  } catch (error) {
    if (error instanceof Refusal) throw new Untestable(`a checkpoint cannot be read: ${error.message} (MDT-LOG-007)`);
    throw error;
  }
}

/** Entries of the tree of a look, from its bundles. */
export function entriesAt(look: Pick<LogLook, 'tiles'>): Buffer[] {
  return bundlesAt(look).flatMap(({ path, entries }) => {
    if (!entries) throw new Untestable(`${path} ends within an entry (MDT-LOG-010)`);
    return entries;
  });
}

/** Entry bundles of a look, with how many entries each has to hold; `entries` is missing where one is cut short. */
export function bundlesAt({
  tiles,
}: Pick<LogLook, 'tiles'>): { path: string; width: number; entries: Buffer[] | undefined }[] {
  return Object.entries(tiles)
    .filter(([path]) => path.startsWith('tile/entries/'))
    .map(([path, result]) => ({
      path,
      width: Number(/\.p\/([0-9]+)$/.exec(path)?.[1] ?? TILE_WIDTH),
      entries: entriesOf(tileOctets(path, result)),
    }));
}

/** Octets of a tile or bundle that was served. */
export function tileOctets(path: string, result: HttpResult): Buffer {
  lookedAt(result);
  if ('failed' in result || result.status !== 200) throw new Untestable(`${path} was not served (MDT-LOG-010)`);
  return result.body;
}

function entriesOf(bundle: Buffer): Buffer[] | undefined {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    if (at + LENGTH_OCTETS > bundle.length) return undefined;
    const end = at + LENGTH_OCTETS + bundle.readUInt16BE(at);
    if (end > bundle.length) return undefined;
    entries.push(bundle.subarray(at + LENGTH_OCTETS, end));
    at = end;
  }
  return entries;
}

/** A document with a number, as it was shown. */
export interface Numbered<D> {
  readonly document: D;
  readonly sha256: string;
  readonly signature: string;
  readonly place: string;
}

/** Roots of a look, in the order of their numbers, as far as they have the form. */
export function rootsAt(look: LogLook): Numbered<ActivityRoot>[] {
  return look.roots.each.map((result, seq) => numbered<ActivityRoot>(result, 'activity_root', seq));
}

/** The same, of which there is at least one. */
export function someRoots(look: LogLook): Numbered<ActivityRoot>[] {
  const roots = rootsAt(look);
  if (roots.length === 0) throw new Untestable('no root was served (MDT-LOG-021, MDT-LOG-022)');
  return roots;
}

export function statusesAt(look: LogLook): Numbered<Status>[] {
  return look.statuses.each.map((result, seq) => numbered<Status>(result, 'status', seq));
}

const REQUIRED = { activity_root: 'MDT-LOG-022', status: 'MDT-STA-010' };

function numbered<D>(result: HttpResult, member: 'activity_root' | 'status', seq: number): Numbered<D> {
  const what = `${member} ${String(seq)}`;
  const envelope = bodyOf(result, what);
  const fault = schemaFault(`hosted-${member === 'status' ? 'status' : 'activity-root'}`, envelope);
  if (fault) throw new Untestable(`${what} is not valid: ${fault.field} (${REQUIRED[member]})`);
  const { [member]: document, sha256: digest, signature } = envelope;
  return { document: document as D, sha256: digest as string, signature: signature as string, place: `/${member}` };
}

/** Whether an envelope that was served is one of the schema. */
export function isEnvelope(result: HttpResult | undefined, member: 'activity_root' | 'status', what: string): void {
  const answer = served(result, what);
  equal(answer.status, 200, `the status of ${what}`);
  const value = strictJson(answer.body);
  const fault = schemaFault(member === 'status' ? 'hosted-status' : 'hosted-activity-root', value);
  holds(value !== undefined && fault === undefined, `${what} is not valid`, {
    expected: 'an envelope of the schema',
    got: fault?.message ?? answer.body.subarray(0, 200).toString('latin1'),
    field: fault?.field ?? '',
  });
}

/** The newest document is the one of its number: who asks for the newest is told nothing else than who counts. */
export function isOfItsNumber(
  { newest, each }: { readonly newest: HttpResult; readonly each: readonly HttpResult[] },
  member: 'activity_root' | 'status',
): void {
  const shown = strictJson(served(newest, `the newest ${member}`).body);
  const { seq } = (shown?.[member] ?? {}) as { seq?: number };
  const own = seq === undefined ? undefined : each[seq];
  if (!own) throw new Untestable(`the newest ${member} has the number ${String(seq)}, and so many are not looked at`);
  const counted = strictJson(served(own, `${member} ${String(seq)}`).body);
  equal(
    canonicalOctets(shown).toString('utf8'),
    canonicalOctets(counted).toString('utf8'),
    `the newest ${member} and the one of its number`,
  );
}

/** Digest and signature. */
type GrpcProof = readonly [Uint8Array, Uint8Array];

/**
 * The same of what gRPC calls the newest: its octets, digest and signature are those of the document of its number, and it
 * is not older than what was the newest before it was asked for, nor newer than what was so after.
 */
export function isAmong<D extends { readonly seq: number }>(
  octets: Buffer,
  proof: GrpcProof,
  documents: readonly Numbered<D>[],
  {
    earlier,
    member,
    what,
  }: { readonly earlier: HttpResult; readonly member: 'activity_root' | 'status'; readonly what: string },
): void {
  const { seq } = (strictJson(octets) ?? {}) as { seq?: number };
  const [least, most] = [seqIn(earlier, member) ?? 0, documents.length - 1];
  holds(seq !== undefined && seq >= least && seq <= most, `${what} without a number is not the newest`, {
    expected: `one of the numbers ${String(least)} to ${String(most)}, which were the newest before and after`,
    got: seq ?? octets.subarray(0, 200).toString('utf8'),
    field: '/seq',
  });
  isDocument(octets, proof, documents[seq ?? 0], `${what} without a number`);
}

/** What gRPC answers is a document that is served over HTTP, with its digest and signature. */
export function isDocument(
  octets: Buffer,
  [digest, signature]: GrpcProof,
  own: Numbered<object> | undefined,
  what: string,
): void {
  const hex = (each: Uint8Array): string => Buffer.from(each).toString('hex');
  equal(octets.toString('utf8'), canonicalOctets(own?.document).toString('utf8'), what);
  equal([hex(digest), hex(signature)], [own?.sha256, own?.signature], `digest and signature of ${what}`);
}

/** A checkpoint that was answered before the tree of a look was, is of that tree. */
export function isOfLog({ tree_size: size, root }: Head, look: LogLook, what: string): void {
  const entries = entriesAt(look);
  holds(size <= entries.length, `${what} is of more entries than were served after it`, {
    expected: `at most ${String(entries.length)}`,
    got: size,
  });
  const expected = treeRoot(entries.slice(0, size).map(leafHash)).toString('hex');
  equal(root.toString('hex'), expected, `the root of ${what} at size ${String(size)}`);
}

/** Strict JSON of an entry, `undefined` where it is none. */
export function entryJson(entry: Buffer): Record<string, unknown> | undefined {
  return strictJson(entry);
}

function strictJson(entry: Buffer): Record<string, unknown> | undefined {
  try {
    return readDocument(entry, MAX_ENVELOPE);
  } catch {
    return undefined;
  }
}

/** Entries that were acknowledged, each with its promise. */
export interface Promised extends Asked {
  readonly promise: LogPromise;
}

export function promisedIn({ asked }: { readonly asked: readonly Asked[] }): Promised[] {
  const promised = asked.flatMap((each) => {
    const promise = each.answer?.ok === true ? each.answer.promise : undefined;
    return promise ? [{ ...each, promise }] : [];
  });
  if (promised.length === 0) throw new Untestable('no entry was acknowledged with a promise');
  return promised;
}

/** STATUSes of a look, of which there is at least one. */
export function someStatuses(look: LogLook): Numbered<Status>[] {
  const statuses = statusesAt(look);
  if (statuses.length === 0) throw new Untestable('no STATUS was served (MDT-STA-010)');
  return statuses;
}

/** The STATUS by which a code triggered, as the target was told. */
export function wasTold({ answers, told }: CanarySeen, statuses: readonly Status[]): Status {
  if (answers[0]?.ok !== true) throw new Untestable('the target did not take what it was told to state');
  const gone = CODES.filter((code) => !told.includes(code));
  const tripping = statuses.find(({ codes }) => gone.every((code) => !codes.includes(code)));
  if (!tripping) throw new Untestable('no STATUS lacks what triggered');
  return tripping;
}
