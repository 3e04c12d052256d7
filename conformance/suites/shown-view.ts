/** What holds of an entity whenever it is looked at: each function holds one answer against another, or against the chain. */
import type { HostedRecord } from '../../reference/gen/schemas.ts';
import type * as proto from '../../reference/gen/proto/milagro/trust/v1/identity.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { canonicalOctets } from '../oracle/digest.ts';
import { readHostedRecord } from '../oracle/hosted-record.ts';
import { Refusal } from '../oracle/refusal.ts';
import { hasLowS, verifies } from '../oracle/signature.ts';
import type { GrpcResult } from '../world/grpc-client.ts';
import type { HttpResult } from '../world/http-client.ts';
import { printedLineage, printedLocator, printedProof } from '../world/printed-proofs.ts';
import { given, sameMembers } from './grpc-view.ts';
import { bodyOf, HostedView } from './hosted-view.ts';
import { mediaType, readAsJson, served } from './http-view.ts';
import { recordsOf } from './lineage-view.ts';

/** MDT-HST-001 */
export function isHostedRecord(result: HttpResult | undefined): void {
  const answer = served(result, 'the hosted record');
  equal(answer.status, 200, 'the status');
  equal(mediaType(answer), 'application/json', 'the media type', 'Content-Type');
  const fault = schemaFault('hosted-record', readAsJson(answer));
  holds(fault === undefined, 'the envelope is not valid', {
    expected: 'no fault',
    got: fault && `${fault.field} ${fault.message}`,
    ...(fault && { field: fault.field }),
  });
}

/** MDT-HST-007 */
export function isMetadata(result: HttpResult | undefined): void {
  const answer = served(result, 'the metadata');
  equal(answer.status, 200, 'the status');
  const fault = schemaFault('dta-metadata', readAsJson(answer));
  holds(fault === undefined, 'the metadata is not valid', {
    expected: 'no fault',
    got: fault && `${fault.field} ${fault.message}`,
    ...(fault && { field: fault.field }),
  });
}

/** MDT-DOC-010 */
export function digestAgrees(result: HttpResult | undefined): void {
  const hosted = new HostedView(result);
  equal(hosted.envelope.sha256, hosted.digest.toString('hex'), 'the digest of the record', '/sha256');
}

/** MDT-DOC-011 */
export function liveSignatureVerifies(result: HttpResult | undefined): void {
  const hosted = new HostedView(result);
  holds(
    isSignedBy('milagro-birth-record', hosted.digest, hosted.envelope.signature, hosted.record.keys?.anchor),
    'the live signature does not verify',
    {
      expected: 'a signature by keys.anchor over the tagged digest',
      got: hosted.envelope.signature,
      field: '/signature',
    },
  );
}

/** Whether both are what they should be, and OpenSSL verifies the one by the other. */
export function isSignedBy(type: string, digest: Buffer, signature: unknown, key: unknown): boolean {
  if (typeof signature !== 'string' || !/^[0-9a-f]{128}$/.test(signature)) return false;
  const octets = Buffer.from(signature, 'hex');
  const point = Buffer.from(typeof key === 'string' ? key : '', 'hex');
  try {
    return hasLowS(octets) && verifies(`MDT/1/${type}`, digest, octets, point);
  } catch (error) {
    if (error instanceof Refusal) throw new Untestable(`the key is none: ${error.message}`);
    throw error;
  }
}

/** MDT-HST-008 */
export function metadataAgrees(metadata: HttpResult | undefined, hosted: HttpResult | undefined): void {
  const said = bodyOf(metadata, 'the metadata (MDT-HST-007)');
  const { envelope, record } = new HostedView(hosted);
  const expected: Record<string, unknown> = {
    issuer: record.issuer,
    role: record.role,
    entity_id: record.entity_id ?? envelope.sha256,
    milagro_birth_record_uri: record.services?.birth_record,
    milagro_birth_record_sha256: envelope.sha256,
    milagro_birth_record_signature: envelope.signature,
    milagro_status_uri: record.services?.status,
    milagro_activity_log_uri: record.services?.activity_log,
    milagro_grpc_endpoint: record.services?.grpc,
    milagro_idps: record.idps,
  };
  for (const [name, value] of Object.entries(expected)) equal(said[name], value, name, `/${name}`);
  const anchor = said['milagro_birth_record_anchor'];
  const isObject = typeof anchor === 'object' && anchor !== null;
  sameMembers(isObject ? anchor : {}, envelope.anchor?.locator, 'milagro_birth_record_anchor');
  const versions = said['milagro_spec_versions_supported'];
  holds(Array.isArray(versions) && versions.includes(record.spec), 'the version of the record is not supported', {
    expected: `a list with ${String(record.spec)}`,
    got: versions,
    field: '/milagro_spec_versions_supported',
  });
}

/** MDT-HST-010 */
export function recordByGrpc(
  result: GrpcResult<proto.GetBirthRecordResponse> | undefined,
  hosted: HttpResult | undefined,
): void {
  const answer = given(result, 'GetBirthRecord');
  const { envelope } = new HostedView(hosted);
  const records = recordsOf(hosted, 'the hosted record');
  const got = [...answer.predecessors, answer].map((part) => ({
    birth_record: text(part.birthRecord),
    signature: printed(part.signature),
    previous_signature: printed(part.previousSignature),
  }));
  equal(got.length, records.length, 'the number of records');
  for (const [index, { record, signature, previousSignature = '' }] of records.entries()) {
    const expected = { birth_record: text(canonicalOctets(record)), signature, previous_signature: previousSignature };
    sameMembers(
      got[index] ?? {},
      expected,
      index === records.length - 1 ? 'the answer' : `predecessors[${String(index)}]`,
    );
  }
  equal(printed(answer.sha256), envelope.sha256, 'sha256');
  const { retirement } = answer;
  const ended = retirement && {
    retirement: text(retirement.retirement),
    sha256: printed(retirement.sha256),
    signature: printed(retirement.signature),
  };
  const { retirement: shown } = envelope;
  const expected = shown && { ...shown, retirement: shown.retirement && text(canonicalOctets(shown.retirement)) };
  equal(ended, expected, 'retirement');
}

/** MDT-HST-011 */
export function anchorByGrpc(
  result: GrpcResult<proto.GetAnchorProofResponse> | undefined,
  hosted: HttpResult | undefined,
): void {
  const { anchor } = new HostedView(hosted).envelope;
  const { locator, proof } = given(result, 'GetAnchorProof');
  sameMembers(printedLocator(locator), anchor?.locator, 'locator');
  sameMembers(printedProof(proof), anchor?.proof, 'proof');
}

/** MDT-HST-011 */
export function lineageByGrpc(
  result: GrpcResult<proto.GetLineageProofResponse> | undefined,
  hosted: HttpResult | undefined,
): void {
  const view = new HostedView(hosted);
  const links = view.linkProofs;
  const { transactions, proofs } = printedLineage(given(result, 'GetLineageProof').lineage);
  equal(transactions, view.linkTransactions, 'lineage.transactions');
  equal(proofs.length, links.length, 'the number of lineage.proofs');
  for (const [index, { link, locator, proof }] of proofs.entries()) {
    const place = `lineage.proofs[${String(index)}]`;
    equal(link, links[index]?.link, `${place}.link`);
    sameMembers(locator, links[index]?.locator, `${place}.locator`);
    sameMembers(proof, links[index]?.proof, `${place}.proof`);
  }
}

/** Codes that say something of a proof; what else a reader refuses has checks of its own. */
const OF_PROOFS =
  /^MDT_(MALFORMED_TX|TX_64_OCTETS|OP_RETURN_COUNT|HEADER_\w+|POW|MERKLE_\w+|COINBASE_BRANCH|LOCATOR|WITNESS|CHAIN_SIGNATURE)$/;

/** The oracle reads the whole envelope as a thin client would. */
export async function proofsVerify(hosted: HttpResult | undefined): Promise<void> {
  const { envelope } = new HostedView(hosted);
  const fault = schemaFault('hosted-record', envelope);
  if (fault !== undefined) throw new Untestable(`the envelope is not valid (MDT-HST-001): ${fault.field}`);
  try {
    await readHostedRecord(envelope as HostedRecord);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!OF_PROOFS.test(error.code)) throw new Untestable(`refused for another reason: ${error.message}`);
    holds(false, 'a proof does not verify', { expected: 'no refusal', got: error.message, field: error.field });
  }
}

function text(octets: Uint8Array): string {
  return Buffer.from(octets).toString('utf8');
}

function printed(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
