/** The records of an entity and what ends it (spec 6.2, 6.3): both signatures, the promise, the retirement. */
import type { BirthRecord, HostedRecord, HostedRetirement } from '../../reference/gen/schemas.ts';
import { canonicalOctets, sha256 } from './digest.ts';
import { MAX_DOCUMENT_OCTETS } from './json.ts';
import type { Holder, LineageLinks } from './lineage.ts';
import { Refusal } from './refusal.ts';
import { refuseSignature } from './signature.ts';

const TAG = 'MDT/1/milagro-birth-record';

/** What stands beside a record. */
interface Signed {
  birth_record: BirthRecord;
  signature: string;
  previous_signature?: string;
}

/** SHA-256 of a document's canonical octets, which have the cap of a document. */
function digestOf(document: unknown, field: string): Buffer {
  const octets = canonicalOctets(document);
  if (octets.length > MAX_DOCUMENT_OCTETS)
    throw new Refusal('MDT_DOCUMENT_TOO_LARGE', field, `${String(octets.length)} octets`);
  return sha256(octets);
}

/** The records that an envelope shows, the first one first; each by itself is not looked at. */
export function holdersOf(hosted: HostedRecord): Holder[] {
  const shown: Signed[] = [...(hosted.predecessors ?? []), hosted];
  const isSuccessor = hosted.birth_record.entity_id !== undefined;
  if (isSuccessor !== (hosted.predecessors !== undefined) || hosted.predecessors?.length === 0)
    throw new Refusal('MDT_SCHEMA', '/predecessors', 'of a successor, and of nothing else');
  if (shown[0]?.previous_signature !== undefined)
    throw new Refusal('MDT_SCHEMA', '/previous_signature', 'of a first record');
  return shown.map(({ birth_record: record }, index) => ({
    record,
    digest: digestOf(record, `${placeOf(index, shown.length)}/birth_record`),
  }));
}

/** Refuses records that one of their keys has not signed. */
export function refuseSignatures(hosted: HostedRecord, holders: readonly Holder[]): void {
  const shown: Signed[] = [...(hosted.predecessors ?? []), hosted];
  for (const [index, { signature, previous_signature: previous }] of shown.entries()) {
    const [holder, before] = [holders[index], holders[index - 1]];
    if (!holder) continue;
    refuseSignature(TAG, holder.digest, Buffer.from(signature, 'hex'), keyOf(holder));
    if (before) refusePrevious(previous, holder.digest, before, `${placeOf(index, shown.length)}/previous_signature`);
  }
}

function refusePrevious(signature: string | undefined, digest: Buffer, before: Holder, field: string): void {
  if (signature === undefined) throw new Refusal('MDT_PREVIOUS_SIGNATURE', field, 'is missing');
  try {
    refuseSignature(TAG, digest, Buffer.from(signature, 'hex'), keyOf(before));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'MDT_SIGNATURE_HIGH_S') throw error;
    throw new Refusal('MDT_PREVIOUS_SIGNATURE', field, error.message);
  }
}

/** Refuses a record that does not follow from those before it. */
export function refuseSuccession(holders: readonly Holder[]): void {
  const [first] = holders;
  if (first?.record.entity_id !== undefined)
    throw new Refusal('MDT_SUCCESSOR', '/predecessors/0', 'not a first record');
  for (const [index, { record }] of holders.entries()) {
    const before = holders[index - 1];
    if (!first || !before) continue;
    const place = `${placeOf(index, holders.length)}/birth_record`;
    const repeated = (each: BirthRecord): unknown[] => [
      each.lineage.txid,
      each.lineage.vout,
      each.role,
      each.chain.genesis,
    ];
    const named = [record.entity_id, record.previous, ...repeated(record)];
    const wanted = [first.digest.toString('hex'), before.digest.toString('hex'), ...repeated(first.record)];
    if (JSON.stringify(named) !== JSON.stringify(wanted))
      throw new Refusal('MDT_SUCCESSOR', place, 'of another entity');
    if (sha256(Buffer.from(record.keys.anchor, 'hex')).toString('hex') !== before.record.keys.next_anchor_hash)
      throw new Refusal('MDT_NEXT_ANCHOR', `${place}/keys/anchor`, 'was not promised');
  }
}

/** Refuses a retirement that does not belong to a lineage with these holders. */
export function refuseRetirement(
  { retirement, sha256: stated, signature }: HostedRetirement,
  holders: readonly Holder[],
  lineage: LineageLinks,
): void {
  const [first, last] = [holders[0], holders.at(-1)];
  const digest = digestOf(retirement, '/retirement/retirement');
  if (digest.toString('hex') !== stated) throw new Refusal('MDT_DIGEST', '/retirement/sha256', 'of another document');
  if (last) refuseSignature('MDT/1/milagro-retire', digest, Buffer.from(signature, 'hex'), keyOf(last));
  const end = lineage.payloads.at(-1);
  if (end?.kind !== 'RETIRE') throw new Refusal('MDT_RETIREMENT', '/retirement', 'without a RETIRE');
  if (retirement.entity_id !== first?.digest.toString('hex'))
    throw new Refusal('MDT_RETIREMENT', '/retirement/retirement/entity_id', 'another entity');
  if (end.digest !== stated) throw new Refusal('MDT_DIGEST', '/retirement/sha256', 'not what the RETIRE anchors');
  if (retirement.chain.genesis !== first.record.chain.genesis)
    throw new Refusal('MDT_WRONG_CHAIN', '/retirement/retirement/chain', 'another chain than the record');
}

/** `keys.anchor` of a record. */
export function keyOf({ record }: Holder): Buffer {
  return Buffer.from(record.keys.anchor, 'hex');
}

function placeOf(index: number, count: number): string {
  return index === count - 1 ? '' : `/predecessors/${String(index)}`;
}
