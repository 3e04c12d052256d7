/** Chapters 3.2 and 3.3, Hosting and Secrets: how a target serves its documents over HTTP and gRPC. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, present, show, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { canonicalOctets } from '../oracle/digest.ts';
import type { GrpcResult } from '../world/grpc-client.ts';
import { answered, gunzipped, type HttpAnswer, type HttpResult } from '../world/http-client.ts';
import { bodyOf, HostedView, hostedOf, MAX_ENVELOPE } from './hosted-view.ts';
import { registeredCodes } from './error-codes.ts';
import { readDocument } from '../oracle/json.ts';

const scenes = ['birth'] as const;
const GRPC_UNAVAILABLE = 14;
const SERVING = 1;
const NOT_SERVING = 2;
/** A strong entity tag (RFC 9110, 8.8.3): no `W/`, no spaces and no controls inside. */
const STRONG_TAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

const http: Suite['checks'] = [
  check(
    'MDT-HST-001',
    'record',
    'the record is served and valid',
    {
      quote:
        'status 200, media type `application/json` and a document valid against `schemas/hosted-record.schema.json`',
      scenes,
    },
    ({ seen }) => {
      const answer = served(seen.birth.hosted?.record, 'the hosted record');
      equal(answer.status, 200, 'the status');
      equal(mediaType(answer), 'application/json', 'the media type', 'Content-Type');
      const fault = schemaFault('hosted-record', readAsJson(answer));
      holds(fault === undefined, 'the envelope is not valid', {
        expected: 'no fault',
        got: fault && `${fault.field} ${fault.message}`,
        ...(fault && { field: fault.field }),
      });
    },
  ),
  check(
    'MDT-HST-002',
    'etag',
    'there is a strong entity tag for each coding',
    { quote: 'MUST have a strong entity tag (RFC 9110, 8.8.3), one for each content coding', scenes },
    ({ seen }) => {
      const plain = served(seen.birth.hosted?.record, 'the hosted record').headers.etag;
      const gzip = served(seen.birth.hosted?.gzip, 'the hosted record in gzip');
      holds(plain !== undefined && STRONG_TAG.test(plain), 'there is no strong entity tag', {
        expected: '"…"',
        got: plain,
        field: 'ETag',
      });
      if (gzip.headers['content-encoding'] !== 'gzip') return;
      holds(
        gzip.headers.etag !== undefined && STRONG_TAG.test(gzip.headers.etag),
        'the gzip form has no strong entity tag',
        { expected: '"…"', got: gzip.headers.etag, field: 'ETag' },
      );
      holds(gzip.headers.etag !== plain, 'both codings have one entity tag', {
        expected: 'two tags',
        got: plain,
        field: 'ETag',
      });
    },
  ),
  check(
    'MDT-HST-003',
    'not-modified',
    'a request with the current tag is answered 304',
    { quote: 'whose `If-None-Match` holds the current entity tag', scenes },
    ({ seen }) => {
      for (const [coding, result] of Object.entries({
        identity: seen.birth.hosted?.notModified,
        gzip: seen.birth.hosted?.notModifiedGzip,
      })) {
        if (!result) throw new Untestable(`the ${coding} form has no entity tag (MDT-HST-002)`);
        const answer = served(result, 'the answer to If-None-Match');
        equal(answer.status, 304, `the status for the tag of the ${coding} form`);
        equal(answer.body.length, 0, 'the octets in the body of a 304');
      }
    },
  ),
  check(
    'MDT-HST-003',
    'modified',
    'a request with another tag is answered in full',
    { quote: 'holds the current entity tag', scenes, negative: true },
    ({ seen }) => {
      equal(
        served(seen.birth.hosted?.otherTag, 'the answer to If-None-Match').status,
        200,
        'the status for a tag that was never given out',
      );
    },
  ),
  check(
    'MDT-HST-004',
    'cors',
    'every origin may read the record',
    { quote: 'MUST have `Access-Control-Allow-Origin: *`', scenes },
    ({ seen }) => {
      equal(
        served(seen.birth.hosted?.record, 'the hosted record').headers['access-control-allow-origin'],
        '*',
        'Access-Control-Allow-Origin',
        'Access-Control-Allow-Origin',
      );
    },
  ),
  check(
    'MDT-HST-005',
    'gzip',
    'the record is compressed for those who ask',
    { quote: 'in that coding, with `Vary: Accept-Encoding`', scenes },
    ({ seen }) => {
      const gzip = served(seen.birth.hosted?.gzip, 'the hosted record in gzip');
      equal(gzip.headers['content-encoding'], 'gzip', 'Content-Encoding', 'Content-Encoding');
      holds(/(^|,)\s*accept-encoding\s*(,|$)/i.test(gzip.headers.vary ?? ''), 'Vary does not name Accept-Encoding', {
        expected: 'Accept-Encoding',
        got: gzip.headers.vary,
        field: 'Vary',
      });
      const plain = new HostedView(seen.birth.hosted?.record).envelope;
      equal(readDocument(gunzipped(gzip, 'the body'), MAX_ENVELOPE), plain, 'what the two forms hold');
    },
  ),
  check(
    'MDT-HST-006',
    'not-ready',
    'before the BIRTH is deep there is 503 MDT_NOT_READY',
    { quote: 'status 503 and the code `MDT_NOT_READY`', scenes, negative: true },
    ({ seen }) => {
      const answer = served(present(seen.birth.unready, 'an answer before ready').record, 'the answer before ready');
      equal(answer.status, 503, 'the status');
      equal(problemOf(answer)['code'], 'MDT_NOT_READY', 'the code', '/code');
    },
  ),
  check(
    'MDT-HST-007',
    'metadata',
    'the metadata is served and valid',
    { quote: 'status 200 and a document valid against `schemas/dta-metadata.schema.json`', scenes },
    ({ seen }) => {
      const answer = served(seen.birth.hosted?.metadata, 'the metadata');
      equal(answer.status, 200, 'the status');
      const fault = schemaFault('dta-metadata', readAsJson(answer));
      holds(fault === undefined, 'the metadata is not valid', {
        expected: 'no fault',
        got: fault && `${fault.field} ${fault.message}`,
        ...(fault && { field: fault.field }),
      });
    },
  ),
  check(
    'MDT-HST-008',
    'agrees',
    'the metadata says what the record says',
    { quote: 'MUST agree with its hosted record', scenes },
    ({ seen }) => {
      const metadata = bodyOf(seen.birth.hosted?.metadata, 'the metadata (MDT-HST-007)');
      const { envelope, record } = hostedOf(seen.birth);
      const expected: Record<string, unknown> = {
        issuer: record.issuer,
        role: record.role,
        entity_id: envelope.sha256,
        milagro_birth_record_uri: record.services?.birth_record,
        milagro_birth_record_sha256: envelope.sha256,
        milagro_birth_record_signature: envelope.signature,
        milagro_status_uri: record.services?.status,
        milagro_activity_log_uri: record.services?.activity_log,
        milagro_grpc_endpoint: record.services?.grpc,
        milagro_idps: record.idps,
      };
      for (const [name, value] of Object.entries(expected)) equal(metadata[name], value, name, `/${name}`);
      const { txid, vout } = (metadata['milagro_birth_record_anchor'] ?? {}) as { txid?: unknown; vout?: unknown };
      equal(
        { txid, vout },
        { txid: envelope.anchor?.locator?.txid, vout: envelope.anchor?.locator?.vout },
        'the anchor',
        '/milagro_birth_record_anchor',
      );
    },
  ),
  check(
    'MDT-HST-009',
    'problem',
    'errors are problem documents with a registered code',
    { quote: 'MUST be a problem document (RFC 9457) with a `code` of `errors.md`', scenes, negative: true },
    ({ seen }) => {
      const errors = {
        'not ready': seen.birth.unready?.record,
        'no such resource': seen.birth.hosted?.noSuchResource,
        'no such method': seen.birth.hosted?.posted,
      };
      const expected: Record<string, number[]> = {
        'not ready': [503],
        'no such resource': [404],
        'no such method': [405],
      };
      for (const [what, result] of Object.entries(errors)) {
        if (!result) throw new Untestable(`the case “${what}” was not reached`);
        const answer = served(result, what);
        holds(expected[what]?.includes(answer.status) ?? false, `${what}: another status`, {
          expected: show(expected[what]),
          got: answer.status,
        });
        equal(mediaType(answer), 'application/problem+json', `${what}: the media type`, 'Content-Type');
        const problem = problemOf(answer);
        const fault = schemaFault('problem', problem);
        holds(fault === undefined, `${what}: not a problem document`, {
          expected: 'type, title, status, code',
          got: fault && `${fault.field} ${fault.message}`,
          ...(fault && { field: fault.field }),
        });
        holds(registeredCodes().has(String(problem['code'])), `${what}: the code is not registered`, {
          expected: 'a code of errors.md',
          got: problem['code'],
          field: '/code',
        });
      }
    },
  ),
];

const grpc: Suite['checks'] = [
  check(
    'MDT-HST-010',
    'record',
    'GetBirthRecord answers the hosted record',
    { quote: 'the canonical octets, digest and signature of the hosted record', scenes },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const answer = given(seen.birth.hosted?.grpcRecord, 'GetBirthRecord');
      equal(Buffer.from(answer.birthRecord).toString('utf8'), hosted.octets.toString('utf8'), 'birth_record');
      equal(Buffer.from(answer.sha256).toString('hex'), hosted.envelope.sha256, 'sha256');
      equal(Buffer.from(answer.signature).toString('hex'), hosted.envelope.signature, 'signature');
    },
  ),
  check(
    'MDT-HST-011',
    'anchor',
    'GetAnchorProof answers what the hosted record carries',
    { quote: 'MUST answer what the hosted record carries', scenes },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const { locator, proof } = given(seen.birth.hosted?.grpcAnchor, 'GetAnchorProof');
      equal(printed(locator?.txid), hosted.locator.txid, 'locator.txid');
      equal(printed(locator?.blockHash), hosted.locator.block_hash, 'locator.block_hash');
      equal(
        [locator?.vout, locator?.height, locator?.txIndex],
        [hosted.locator.vout, hosted.locator.height, hosted.locator.tx_index],
        'vout, height and tx_index',
      );
      equal(printed(proof?.transaction), hosted.proof.transaction, 'proof.transaction');
      equal(proof?.prevoutValue, BigInt(hosted.proof.prevout_value ?? -1), 'proof.prevout_value');
      equal(
        [printed(proof?.header), printed(proof?.coinbase), proof?.position],
        [hosted.proof.header, hosted.proof.coinbase, hosted.proof.position],
        'header, coinbase and position',
      );
      for (const [name, list] of Object.entries({
        merkle_branch: proof?.merkleBranch,
        coinbase_branch: proof?.coinbaseBranch,
        following_headers: proof?.followingHeaders,
      })) {
        equal(list?.map(printed), hosted.proof[name as 'merkle_branch'], `proof.${name}`);
      }
    },
  ),
  check(
    'MDT-HST-011',
    'lineage',
    'GetLineageProof answers what the hosted record carries',
    { quote: '`GetAnchorProof` and `GetLineageProof`', scenes },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth).envelope.lineage;
      const { lineage } = given(seen.birth.hosted?.grpcLineage, 'GetLineageProof');
      equal(lineage?.transactions.map(printed), hosted?.transactions, 'lineage.transactions');
      equal(
        lineage?.proofs.map(({ link, locator }) => [link, printed(locator?.txid)]),
        hosted?.proofs?.map(({ link, locator }) => [link, locator?.txid]),
        'lineage.proofs',
      );
    },
  ),
  check(
    'MDT-HST-012',
    'metadata',
    'GetMetadata answers the canonical metadata',
    { quote: 'MUST answer the canonical octets of the metadata document', scenes },
    ({ seen }) => {
      const metadata = bodyOf(seen.birth.hosted?.metadata, 'the metadata (MDT-HST-007)');
      const answer = given(seen.birth.hosted?.grpcMetadata, 'GetMetadata');
      equal(Buffer.from(answer.metadata).toString('utf8'), canonicalOctets(metadata).toString('utf8'), 'metadata');
    },
  ),
  check(
    'MDT-HST-013',
    'serving',
    'health is SERVING once ready',
    { quote: '`SERVING` for the empty service name once ready', scenes },
    ({ seen }) => {
      equal(given(seen.birth.hosted?.health, 'Health/Check'), SERVING, 'the health after ready');
    },
  ),
  check(
    'MDT-HST-013',
    'not-serving',
    'health is NOT_SERVING before',
    { quote: '`NOT_SERVING` before', scenes, negative: true },
    ({ seen }) => {
      equal(given(seen.birth.unready?.health, 'Health/Check'), NOT_SERVING, 'the health before ready');
    },
  ),
  check(
    'MDT-HST-014',
    'reflection',
    'reflection lists the identity service',
    { quote: 'SHOULD serve `grpc.reflection.v1.ServerReflection`', scenes },
    ({ seen }) => {
      const services = given(seen.birth.hosted?.reflected, 'ServerReflectionInfo');
      holds(services.includes('milagro.trust.v1.IdentityService'), 'reflection does not list the identity service', {
        expected: 'milagro.trust.v1.IdentityService',
        got: services,
      });
    },
  ),
  check(
    'MDT-HST-015',
    'error-info',
    'a gRPC error carries ErrorInfo',
    { quote: 'MUST carry `google.rpc.ErrorInfo` in its status details', scenes, negative: true },
    ({ seen }) => {
      const answer = present(seen.birth.unready, 'an answer before ready').grpcRecord;
      if ('value' in answer) {
        holds(false, 'GetBirthRecord answered before the BIRTH was deep', {
          expected: 'UNAVAILABLE, MDT_NOT_READY',
          got: 'a record',
        });
        return;
      }
      const { code, reason, domain } = answer.failed;
      equal(
        { code, reason, domain },
        { code: GRPC_UNAVAILABLE, reason: 'MDT_NOT_READY', domain: 'milagro.trust' },
        'the gRPC error before ready',
      );
    },
  ),
];

const secrets: Suite['checks'] = [
  check(
    'MDT-SEC-001',
    'logs',
    'no planted secret is in a log or event',
    { quote: 'MUST NOT appear in a log, in an event or in an error', scenes: ['birth', 'bad-launch'], negative: true },
    ({ seen }) => {
      if (!seen.birth.hosted) throw new Untestable('the target was never ready, so it had little to log');
      const leaks = [...seen.birth.leaks, ...seen['bad-launch'].leaks].filter(({ where }) =>
        where.startsWith('standard '),
      );
      equal(leaks, [], 'the secrets found in output');
    },
  ),
  check(
    'MDT-SEC-002',
    'responses',
    'no planted secret is in a response',
    { quote: 'MUST NOT appear in a response', scenes, negative: true },
    ({ seen }) => {
      if (!seen.birth.hosted) throw new Untestable('the target hosted nothing');
      equal(
        seen.birth.leaks.filter(({ where }) => /^(HTTP|answer)/.test(where)),
        [],
        'the secrets found in responses',
      );
    },
  ),
  check(
    'MDT-SEC-003',
    'at-rest',
    'no planted secret lies in the data directory',
    { quote: 'MUST NOT lie unencrypted in the data directory', scenes, negative: true },
    ({ seen }) => {
      const { files } = seen.birth;
      if (!files) throw new Untestable('the target was never ready, so it had little to keep');
      holds(files.length > 0, 'the data directory is empty, so the target keeps its state elsewhere', {
        expected: 'files',
        got: 'none',
      });
      equal(
        seen.birth.leaks.filter(({ where }) => where.startsWith('file ')),
        [],
        'the secrets found in files',
      );
    },
  ),
  check(
    'MDT-SEC-004',
    'modes',
    'files are for their owner only',
    { quote: 'MUST NOT be readable by other users', scenes, negative: true },
    ({ seen, evidence }) => {
      const { files = [] } = seen.birth;
      if (files.length === 0) throw new Untestable('the data directory is empty, or was not looked at (MDT-SEC-003)');
      evidence(
        'files',
        files.map(({ path, mode }) => `${mode.toString(8)} ${path}`),
      );
      equal(
        files.filter(({ mode }) => (mode & 0o004) !== 0).map(({ path }) => path),
        [],
        'the files that others can read',
      );
    },
  ),
];

function served(result: HttpResult | undefined, what: string): HttpAnswer {
  if (result === undefined) throw new Untestable(`${what} was not reached`);
  return answered(result, what);
}

function given<T>(result: GrpcResult<T> | undefined, call: string): T {
  if (result === undefined) throw new Untestable(`${call} was not reached`);
  if ('failed' in result)
    holds(false, `${call} failed`, {
      expected: 'an answer',
      got: `${String(result.failed.code)} ${result.failed.message}`,
    });
  return (result as { value: T }).value;
}

function mediaType({ headers }: HttpAnswer): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function readAsJson({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    holds(false, 'the body is not JSON', { expected: 'JSON', got: body.subarray(0, 200).toString('latin1') });
    return undefined;
  }
}

function problemOf(answer: HttpAnswer): Record<string, unknown> {
  const value = readAsJson(answer);
  holds(typeof value === 'object' && value !== null, 'the body is not an object', {
    expected: 'a problem document',
    got: value,
  });
  return value as Record<string, unknown>;
}

function printed(octets: Uint8Array | undefined): string {
  return Buffer.from(octets ?? []).toString('hex');
}

export const hosting: Suite = { chapter: '03-birth-record-and-hosting', checks: [...http, ...grpc, ...secrets] };
