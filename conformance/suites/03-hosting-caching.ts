/** Chapter 3.2, Hosting, as caches see it: entity tags, requests with a condition, and HEAD. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, NotObservable, Untestable } from '../kit/expect.ts';
import type { HeadAnswer, HttpAnswer, HttpResult } from '../world/http-client.ts';
import { lookedAt } from '../world/wire-log.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';
import { isThere, refusesForReason, served } from './http-view.ts';

const scenes = ['birth'] as const;
/** A strong entity tag (RFC 9110, 8.8.3): no `W/`, no spaces and no controls inside. */
const STRONG_TAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;
/** Fields of a GET that its HEAD has to have; others, such as a date or the ID of a request, are each answer's own. */
const SAME_FIELDS = [
  ...['content-type', 'content-encoding', 'etag', 'vary', 'cache-control', 'last-modified'],
  ...['access-control-allow-origin', 'allow'],
];

/** An answer with the whole record. */
interface Version {
  readonly life: number;
  readonly coding: string;
  readonly octets: Buffer;
  readonly tag: string;
}

export const caching: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [
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
      'MDT-HST-002',
      'same',
      'the same octets have the same entity tag',
      { quote: 'one for each content coding', scenes },
      ({ seen }) => {
        const versions = versionsOf(seen.birth);
        if (versions.length === 0) throw new Untestable('no record with an entity tag was served');
        for (const [one, other] of pairs(versions))
          // A tag that is made anew when a process starts costs a fetch and says nothing wrong.
          if (one.life === other.life && one.octets.equals(other.octets))
            equal(other.tag, one.tag, `the entity tag of the same octets (${one.coding})`, 'ETag');
      },
    ),
    check(
      'MDT-HST-002',
      'changed',
      'other octets have another entity tag',
      { quote: 'MUST have a strong entity tag', scenes, negative: true },
      ({ seen }) => {
        const changed = pairs(versionsOf(seen.birth)).filter(([one, other]) => !one.octets.equals(other.octets));
        for (const [one, other] of changed)
          holds(one.tag !== other.tag, `the octets changed and the entity tag did not (${one.coding})`, {
            expected: `another tag than ${one.tag}`,
            got: other.tag,
            field: 'ETag',
          });
        if (changed.length === 0) throw new NotObservable('the hosted record never changed');
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
      'MDT-HST-003',
      'weak',
      'the current tag is known again as a weak one',
      { quote: 'holds the current entity tag', scenes },
      ({ seen }) => {
        const result = seen.birth.hosted?.weakTag;
        if (!result) throw new Untestable('the record has no entity tag (MDT-HST-002)');
        equal(served(result, 'the answer to If-None-Match').status, 304, 'the status for W/ and the tag');
      },
    ),
    check('MDT-HST-003', 'any', 'a request with `*` is answered 304', { quote: 'or is `*`', scenes }, ({ seen }) => {
      const answer = served(seen.birth.hosted?.anyTag, 'the answer to If-None-Match: *');
      equal(answer.status, 304, 'the status for *');
      equal(answer.body.length, 0, 'the octets in the body of a 304');
    }),
    check(
      'MDT-HST-017',
      'like-get',
      'HEAD is answered as GET is, without content',
      { quote: 'with the same status and fields and without content', scenes },
      ({ seen }) => {
        const heads = Object.entries(seen.birth.hosted?.heads ?? {}).filter(([, { get }]) => isThere(get));
        if (heads.length === 0) throw new Untestable('no resource was there');
        for (const [what, { head, get }] of heads) {
          const answer = served(get, `GET of ${what}`);
          likeGet(headAnswered(head, what), answer, what);
        }
      },
    ),
    check(
      'MDT-HST-017',
      'not-ready',
      'HEAD before the BIRTH is deep is 503, as GET is',
      { quote: 'MUST answer HEAD as it would answer GET', scenes, negative: true },
      ({ seen }) => {
        const { head, record } = seen.birth.unready ?? {};
        refusesForReason(seen.birth.hosted);
        if (!head) throw new Untestable('it never listened (MDT-TGT-001)');
        const answer = served(record, 'the answer before ready');
        likeGet(headAnswered(head, 'the record before ready'), answer, 'the record before ready');
        if (answer.status !== 503) throw new Untestable('GET before ready is not 503 (MDT-HST-006)');
      },
    ),
  ],
};

/** Every answer of the birth scene that held the record and had an entity tag. */
function versionsOf({ hosted, deep, later }: BirthSeen): Version[] {
  const first = [hosted?.record, hosted?.gzip, hosted?.otherTag, deep?.result, deep?.gzip];
  const results: (readonly [number, HttpResult | undefined])[] = [
    ...first.map((result) => [0, result] as const),
    ...later.map((result, index) => [index + 1, result] as const),
  ];
  return results.flatMap(([life, result]) => {
    lookedAt(result);
    if (!result || 'failed' in result || result.status !== 200 || result.headers.etag === undefined) return [];
    const { headers, body } = result;
    return [{ life, coding: headers['content-encoding'] ?? 'identity', octets: body, tag: headers.etag ?? '' }];
  });
}

/** Two answers in the same coding. */
function pairs(versions: readonly Version[]): [Version, Version][] {
  return versions.flatMap((one, index) =>
    versions
      .slice(index + 1)
      .filter(({ coding }) => coding === one.coding)
      .map((other): [Version, Version] => [one, other]),
  );
}

function headAnswered(head: HeadAnswer | { failed: string }, what: string): HeadAnswer {
  lookedAt(head);
  if ('failed' in head)
    holds(false, `HEAD of ${what}: no HTTP answer`, { expected: 'an HTTP answer', got: head.failed });
  return head as HeadAnswer;
}

function likeGet(head: HeadAnswer, get: HttpAnswer, what: string): void {
  equal(head.status, get.status, `the status of HEAD of ${what}`);
  for (const name of SAME_FIELDS) equal(head.headers[name], get.headers[name], `HEAD of ${what}: ${name}`, name);
  // RFC 9110, 8.6: it may be left out, and where it is there it is that of a GET.
  const { 'content-length': length } = head.headers;
  if (length !== undefined) equal(length, String(get.body.length), `HEAD of ${what}: Content-Length`, 'Content-Length');
  equal(head.content, 0, `the octets of content that HEAD of ${what} came with`);
}
