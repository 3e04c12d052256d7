/** Steps 1 to 6: the record by itself, and whether it is of the one expected (spec 7.3). */
import type { HostedRecord } from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';
import { bytesToHex } from '../hex.ts';
import { checkStatedDigest, readEnvelope } from '../hosted-record.ts';
import { checkRetirementSignature, retirementDigest } from '../retirement.ts';
import { checkRecords, checkSignatures, inForce, readSuccession, type Succession } from '../succession.ts';
import type { KnownEntity, VerificationPorts, VerificationRequest } from './request.ts';
import type { Evidence } from './step-record.ts';

export async function fetchRecord(
  { fetch }: VerificationPorts,
  { url, bundled }: VerificationRequest,
  evidence: Evidence,
): Promise<Uint8Array> {
  Object.assign(evidence, { url, ...(bundled && { bundle: true }) });
  const octets = await fetch();
  evidence['octets'] = octets.length;
  return octets;
}

export function readRecord(octets: Uint8Array, evidence: Evidence): HostedRecord {
  const hosted = readEnvelope(octets);
  evidence['links'] = hosted.lineage.transactions.length;
  evidence['proofs'] = hosted.lineage.proofs.length;
  evidence['predecessors'] = hosted.predecessors?.length ?? 0;
  return hosted;
}

/** @throws MdtError with a code of chapters 1 and 3, or MDT_SOURCE where the record was read in another place than it names */
export function checkRecord(hosted: HostedRecord, request: VerificationRequest, evidence: Evidence): Succession {
  const { birth_record: record } = hosted;
  const { role, name, issuer } = record;
  Object.assign(evidence, { role, name, issuer, genesis: record.chain.genesis });
  const records = readSuccession(hosted);
  checkOwnChain(record.chain, request);
  if (!request.bundled && hrefOf(request.url) !== hrefOf(record.services.birth_record)) {
    throw new MdtError('MDT_SOURCE', 'a copy: the record names another place', {
      field: '/birth_record/services/birth_record',
    });
  }
  // Each record costs a pairing. What another entity shows is refused for its pin, whatever else is wrong with it.
  if (isExpected(records, request)) checkRecords(records);
  return records;
}

/** Whether the entity shown is one of those that are expected; where none is, any may be shown. */
export function isExpected([first]: Succession, { pins }: VerificationRequest): boolean {
  return pins.length === 0 || pins.includes(bytesToHex(first.digest));
}

/** A URL in the one form that equal ones have. */
function hrefOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}

/** As far as it can be seen without headers; a checkpoint above the reader's own is looked up in its chain (`chain-steps.ts`). */
function checkOwnChain(
  { genesis, checkpoint }: HostedRecord['birth_record']['chain'],
  { parameters, checkpoint: own }: VerificationRequest,
): void {
  const sameHeight = checkpoint.height === own.height;
  if (genesis !== parameters.genesis || (sameHeight && checkpoint.hash !== own.hash)) {
    throw new MdtError('MDT_WRONG_CHAIN', 'another chain than our own', { field: '/birth_record/chain' });
  }
}

export function checkDigests(hosted: HostedRecord, records: Succession, evidence: Evidence): void {
  evidence['sha256'] = bytesToHex(inForce(records).digest);
  checkStatedDigest(hosted, records);
  if (hosted.retirement) evidence['retirement'] = bytesToHex(retirementDigest(hosted.retirement, '/retirement'));
}

export function checkAllSignatures({ retirement }: HostedRecord, records: Succession, evidence: Evidence): void {
  evidence['keys'] = records.map(({ key }) => bytesToHex(key));
  checkSignatures(records);
  if (retirement)
    checkRetirementSignature(retirement, retirementDigest(retirement, '/retirement'), inForce(records), '/retirement');
}

/**
 * Whether the record is of an entity that is expected, and the one that is known of it.
 * @param known what is remembered of the entity shown, or of one that is expected at this place
 * @throws MdtError MDT_ALTERED, MDT_SOURCE or MDT_PIN
 */
export function checkPin(
  records: Succession,
  request: VerificationRequest,
  known: KnownEntity | undefined,
  evidence: Evidence,
): void {
  const { pins } = request;
  const entityId = bytesToHex(records[0].digest);
  Object.assign(evidence, { entity_id: entityId, pinned: pins.includes(entityId), pins: [...pins] });
  if (known) checkKnown(records, known, evidence);
  if (!isExpected(records, request)) {
    throw new MdtError('MDT_PIN', 'another entity than those expected', { field: '--pin' });
  }
}

function checkKnown(records: Succession, known: KnownEntity, evidence: Evidence): void {
  evidence['known'] = known.digest;
  const code = contradicts(records, known);
  if (code === undefined) return;
  const message =
    code === 'MDT_ALTERED'
      ? 'the known key has signed another record'
      : 'not the record that is known, nor signed by its key';
  throw new MdtError(code, message, { field: '/birth_record' });
}

/** What records say of the one that is known: nothing where it is among them; else whether its key signed one of them. */
export function contradicts(records: Succession, known: KnownEntity): 'MDT_ALTERED' | 'MDT_SOURCE' | undefined {
  if (records.some(({ digest }) => bytesToHex(digest) === known.digest)) return undefined;
  return records.some(({ key }) => bytesToHex(key) === known.key) ? 'MDT_ALTERED' : 'MDT_SOURCE';
}

/** The records of an envelope where all signatures of them verify, whatever else is wrong. */
export function signedRecords(hosted: HostedRecord): Succession | undefined {
  try {
    const records = readSuccession(hosted);
    checkSignatures(records);
    return records;
  } catch (error) {
    if (error instanceof MdtError) return undefined;
    throw error;
  }
}
