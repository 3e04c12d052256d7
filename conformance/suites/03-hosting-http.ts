/** Chapter 3.2, Hosting, over HTTP: how a target serves its record and its metadata. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, present, show, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { readDocument } from '../oracle/json.ts';
import { answered, gunzipped, type HttpAnswer, type HttpResult } from '../world/http-client.ts';
import { registeredCodes } from './error-codes.ts';
import { bodyOf, HostedView, hostedOf, MAX_ENVELOPE } from './hosted-view.ts';

const scenes = ['birth'] as const;
/** A strong entity tag (RFC 9110, 8.8.3): no `W/`, no spaces and no controls inside. */
const STRONG_TAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

export const hostingByHttp: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [
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
  ],
};

function served(result: HttpResult | undefined, what: string): HttpAnswer {
  if (result === undefined) throw new Untestable(`${what} was not reached`);
  return answered(result, what);
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
