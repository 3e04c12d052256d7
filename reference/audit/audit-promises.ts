/** Promises that subjects hold, against the log: the entry is where the promise says, and in the root of its period (spec 8.7). */
import { hexToBytes } from '@noble/hashes/utils.js';
import { MdtError } from '../core/errors.ts';
import { entryTime } from '../core/log/entry-time.ts';
import { ProofBuilder } from '../core/log/proof-building.ts';
import { verifyInclusion } from '../core/log/proof-verification.ts';
import { verifyPromise, type Promised } from '../core/log/promise.ts';
import { TILE_WIDTH } from '../core/log/tile.ts';
import { formatTime, MAX_AHEAD_SECONDS } from '../core/time.ts';
import type { AuditVerdict, LogPromise } from '../gen/schemas.ts';
import type { AuditedEntity } from './audited-entity.ts';
import type { AuditedEntries } from './audit-entries.ts';
import type { AuditedRoots } from './audit-roots.ts';
import type { Findings } from './findings.ts';
import type { LogSource } from './log-source.ts';

/** Tiles that one proof can need: two at each level. */
const MAX_TILES = 32;

export interface PromiseGrounds {
  readonly source: LogSource;
  readonly entries: AuditedEntries;
  readonly roots: AuditedRoots;
  /** Tree sizes of the roots that were read in this audit, by their numbers, and of the newest known before. */
  readonly sizeOf: (seq: number) => Promise<number>;
  /** The auditor's clock, in seconds since 1970. */
  readonly now: number;
}

export async function auditPromises(
  promises: readonly LogPromise[],
  entity: AuditedEntity,
  grounds: PromiseGrounds,
  findings: Findings,
): Promise<NonNullable<AuditVerdict['promises']>> {
  const counts = { kept: 0, broken: 0, open: 0 };
  for (const promise of promises) counts[await auditPromise(promise, entity, grounds, findings)] += 1;
  return counts;
}

async function auditPromise(
  promise: LogPromise,
  entity: AuditedEntity,
  grounds: PromiseGrounds,
  findings: Findings,
): Promise<'kept' | 'broken' | 'open'> {
  const { leaf_hash: leaf, index, time } = promise;
  const place = `promise of entry ${index} (${leaf})`;
  const signed = await findings.note('MDT-LOG-104', place, () => expectSigned(promise, entity));
  if (signed === undefined) return 'open'; // it is nobody's, so nobody has broken it
  const broken = (requirement: string, message: string): 'broken' => {
    findings.add('MDT_LOG_BROKEN_PROMISE', requirement, place, message);
    return 'broken';
  };
  if (signed.time > grounds.now + MAX_AHEAD_SECONDS) return broken('MDT-LOG-036', `is of ${time}, which has not come`);
  const { tree } = grounds.entries;
  if (index >= tree.size) return broken('MDT-LOG-005', `the log has ${tree.size} entries`);
  try {
    const proof = await proofOf(index, tree.size, grounds.source);
    verifyInclusion({ leafHash: signed.leafHash, index, size: tree.size, root: tree.root(), proof });
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    if (error.code !== 'MDT_SOURCE' && error.code !== 'MDT_NOT_FOUND')
      return broken('MDT-LOG-006', `another entry is there: ${error.message}`);
    findings.add(error.code, 'MDT-LOG-010', place, `${error.field}: ${error.message}`);
    return 'open';
  }
  const ofAnotherTime = async (): Promise<'broken' | undefined> => {
    const entered = await timeOf(index, tree.size, grounds.source);
    if (entered === undefined || entered === signed.time) return undefined;
    return broken('MDT-LOG-004', `its entry is of ${formatTime(entered)}, it says ${time}`);
  };
  const seq = grounds.roots.all.findIndex(({ period_end: end }) => Date.parse(end) > Date.parse(time));
  if (seq < 0) return (await ofAnotherTime()) ?? 'open';
  const size = await findings.note('MDT-LOG-022', `root ${seq}`, async () => grounds.sizeOf(seq));
  if (size === undefined) return 'open';
  if (index >= size) return broken('MDT-LOG-017', `root ${seq}, of its period, has ${size} entries`);
  return (await ofAnotherTime()) ?? 'kept';
}

/** `time` of an entry, `undefined` where it cannot be read: that is told of the entry. */
async function timeOf(index: number, size: number, source: LogSource): Promise<number | undefined> {
  for await (const bundle of source.bundles(Math.floor(index / TILE_WIDTH), size)) {
    const entry = bundle instanceof MdtError ? undefined : bundle[index % TILE_WIDTH];
    try {
      return entry && entryTime(entry);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** By `keys.log` of whichever record was in force. @throws MdtError MDT_LOG_PROMISE */
function expectSigned(
  { leaf_hash, index, time, signature }: LogPromise,
  { entityId, logKeys }: AuditedEntity,
): Promised {
  const promised = {
    ...{ entityId: hexToBytes(entityId), leafHash: hexToBytes(leaf_hash), index },
    time: Date.parse(time) / 1000,
  };
  let refusal: unknown = new MdtError('MDT_LOG_PROMISE', 'the entity has no log');
  for (const key of logKeys) {
    try {
      verifyPromise(promised, hexToBytes(signature), key);
      return promised;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

/** Tiles are fetched as the proof asks for them. */
async function proofOf(index: number, size: number, source: LogSource): Promise<Uint8Array[]> {
  const tiles = new Map<string, Uint8Array>();
  for (let fetched = 0; fetched <= MAX_TILES; fetched += 1) {
    let wanted: { level: number; index: number } | undefined;
    try {
      return new ProofBuilder((level, tile) => {
        const octets = tiles.get(`${level}/${tile}`);
        if (octets) return octets;
        wanted = { level, index: tile };
        throw new RangeError('not fetched yet');
      }).inclusion(index, size);
    } catch (error) {
      if (!(error instanceof RangeError) || wanted === undefined) throw error;
      tiles.set(`${wanted.level}/${wanted.index}`, await source.tile(wanted.level, wanted.index, size));
    }
  }
  throw new MdtError('MDT_SOURCE', 'more tiles than a proof has', { field: 'tile' });
}
