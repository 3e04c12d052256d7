/** Chapter 3.2, Hosting, over HTTP: how a target serves its record and its metadata. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { readDocument } from '../oracle/json.ts';
import { gunzipped } from '../world/http-client.ts';
import { HostedView, MAX_ENVELOPE } from './hosted-view.ts';
import { isHostedRecord, isMetadata, metadataAgrees } from './shown-view.ts';
import { problemOf, refusesForReason, served } from './http-view.ts';

const scenes = ['birth'] as const;

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
      ({ seen }) => isHostedRecord(seen.birth.hosted?.record),
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
        const answer = served(seen.birth.unready?.record, 'the answer before ready');
        refusesForReason(seen.birth.hosted);
        equal(answer.status, 503, 'the status');
        equal(problemOf(answer)['code'], 'MDT_NOT_READY', 'the code', '/code');
      },
    ),
    check(
      'MDT-HST-006',
      'withdrawn',
      'a record whose BIRTH was reorganised away is no longer served',
      { quote: 'status 503 and the code `MDT_NOT_READY`', scenes: ['reorganised'], negative: true },
      ({ seen }) => {
        const gone = seen.reorganised.reorganisations.filter(({ tookBirth }) => tookBirth);
        if (gone.length === 0) throw new Untestable('its BIRTH was never reorganised away: it was not ready before');
        for (const { meanwhile, depth } of gone) {
          const answer = served(meanwhile, `the answer after a reorganisation of ${String(depth)} blocks`);
          equal(answer.status, 503, 'the status');
          equal(problemOf(answer)['code'], 'MDT_NOT_READY', 'the code', '/code');
        }
      },
    ),
    check(
      'MDT-HST-007',
      'metadata',
      'the metadata is served and valid',
      { quote: 'status 200 and a document valid against `schemas/dta-metadata.schema.json`', scenes },
      ({ seen }) => isMetadata(seen.birth.hosted?.metadata),
    ),
    check(
      'MDT-HST-008',
      'agrees',
      'the metadata says what the record says',
      { quote: 'MUST agree with its hosted record', scenes },
      ({ seen }) => metadataAgrees(seen.birth.hosted?.metadata, seen.birth.hosted?.record),
    ),
  ],
};
