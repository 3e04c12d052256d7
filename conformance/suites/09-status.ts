/** Chapter 9, the canary: statements that follow from each other, and one that has triggered is told to all. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { secondsOf } from '../oracle/activity-root.ts';
import { hasLowS, verifies } from '../oracle/signature.ts';
import { CODES } from '../oracle/status.ts';
import type { Status } from '../../reference/gen/schemas.ts';
import { bodyOf } from './hosted-view.ts';
import { isNotKept, isThere, mediaType, problemOf, served } from './http-view.ts';
import { given, isRefused } from './grpc-view.ts';
import { recordsOf } from './lineage-view.ts';
import {
  digestOf,
  entityOf,
  isAmong,
  isDocument,
  isEnvelope,
  isOfItsNumber,
  lastLook,
  looksOf,
  recordAt,
  rootsAt,
  someStatuses,
  statusesAt,
  wasTold,
  type Numbered,
} from './log-view.ts';
import { comeInTime } from './status-rules.ts';

/** Of gRPC. */
const NOT_FOUND = 5;
const scenes = ['canary'] as const;

const checks: Suite['checks'] = [
  check(
    'MDT-STA-001',
    'form',
    'each STATUS is valid, its codes in their order',
    { quote: 'A STATUS MUST be valid against `schemas/status.schema.json`', scenes },
    ({ seen }) => {
      for (const [seq, result] of lastLook(seen.canary).statuses.each.entries()) {
        const { status } = bodyOf(result, `STATUS ${String(seq)}`);
        const fault = schemaFault('status', status);
        holds(fault === undefined, `STATUS ${String(seq)} is not valid`, {
          expected: 'a STATUS of the schema',
          got: fault?.message,
          field: `/status${fault?.field ?? ''}`,
        });
        const { codes } = status as Status;
        equal(
          codes,
          CODES.filter((code) => codes.includes(code)),
          `the codes of STATUS ${String(seq)}`,
          '/status/codes',
        );
      }
    },
  ),
  check(
    'MDT-STA-002',
    'signature',
    'each STATUS is signed by keys.status of its record',
    { quote: 'MUST be signed by `keys.status` of the record that `record` names', scenes },
    ({ seen }) => {
      const look = lastLook(seen.canary);
      const records = recordsOf(look.record, 'the record');
      for (const { document, sha256, signature } of someStatuses(look)) {
        const record = records.find(({ digest }) => digest.toString('hex') === document.record)?.record;
        if (!record) throw new Untestable(`STATUS ${String(document.seq)} names no record (MDT-STA-004)`);
        const digest = Buffer.from(digestOf(document), 'hex');
        const octets = Buffer.from(signature, 'hex');
        equal(sha256, digest.toString('hex'), `sha256 of STATUS ${String(document.seq)}`, '/sha256');
        const key = Buffer.from(record.keys?.status ?? '', 'hex');
        holds(
          verifies('MDT/1/milagro-status', digest, octets, key) && hasLowS(octets),
          `the signature of STATUS ${String(document.seq)} does not verify`,
          { expected: `a signature by ${key.toString('hex')}`, got: signature, field: '/signature' },
        );
      }
    },
  ),
  check(
    'MDT-STA-003',
    'follows',
    'each STATUS follows from the one before, over a kill and a successor',
    { quote: '`seq` of a STATUS MUST be one more than that of the STATUS before it', scenes },
    ({ seen }) => {
      const look = lastLook(seen.canary);
      const statuses = someStatuses(look);
      for (const [index, { document }] of statuses.entries()) {
        const before = statuses[index - 1]?.document;
        const { seq, previous, entity_id } = document;
        equal(
          { seq, previous, entity_id },
          { seq: index, previous: before ? digestOf(before) : entityOf(look), entity_id: entityOf(look) },
          `STATUS ${String(index)}`,
          '/status',
        );
      }
    },
  ),
  check(
    'MDT-STA-003',
    'stays',
    'a STATUS that was served is never another one later',
    { quote: '`previous` the digest of that STATUS', scenes },
    ({ seen }) => {
      const last = statusesAt(lastLook(seen.canary));
      for (const look of looksOf(seen.canary))
        for (const [seq, { document }] of statusesAt(look).entries())
          equal(last[seq] && digestOf(last[seq].document), digestOf(document), `the digest of STATUS ${String(seq)}`);
    },
  ),
  check(
    'MDT-STA-004',
    'record',
    'each STATUS names the record in force',
    { quote: '`record` MUST be the digest of the record in force when the STATUS is issued', scenes },
    ({ seen }) => {
      const looks = looksOf(seen.canary);
      for (const look of looks) {
        const digests = recordsOf(look.record, 'the record').map(({ digest }) => digest.toString('hex'));
        const named = someStatuses(look).map(({ document }) => digests.indexOf(document.record));
        for (const [index, place] of named.entries())
          holds(place >= (named[index - 1] ?? 0), `STATUS ${String(index)} names another record`, {
            expected: 'the record in force, or one before it earlier',
            got: place,
            field: '/status/record',
          });
        equal(named.at(-1), digests.length - 1, 'the place of the record that the newest STATUS names');
      }
    },
  ),
  check(
    'MDT-STA-005',
    'dates',
    'each STATUS is due and expires within what the record promises',
    { quote: '`next_due` MUST be later than `created`, and `expires` MUST NOT be earlier than `next_due`', scenes },
    ({ seen }) => {
      const look = lastLook(seen.canary);
      const most = recordAt(look).policy.canary_max_age_seconds;
      for (const { document } of someStatuses(look)) {
        const [created, due, expires] = [document.created, document.next_due, document.expires].map(secondsOf) as Dates;
        holds(
          created < due && due <= expires && expires <= created + most,
          `the dates of STATUS ${String(document.seq)}`,
          {
            expected: `created < next_due ≤ expires ≤ created + ${String(most)} s`,
            got: [document.created, document.next_due, document.expires],
            field: '/status/expires',
          },
        );
      }
    },
  ),
  check(
    'MDT-STA-006',
    'first',
    'the first STATUS, and that of a successor, holds every code',
    { quote: 'A first STATUS, and the first STATUS of each record, MUST hold every code of the table', scenes },
    ({ seen }) => {
      for (const { document } of firstsOf(someStatuses(lastLook(seen.canary))))
        equal(
          CODES.filter((code) => !document.codes.includes(code)),
          [],
          `codes that STATUS ${String(document.seq)} lacks`,
          '/status/codes',
        );
    },
  ),
  check(
    'MDT-STA-007',
    'gone',
    'a code that triggered stays away, though it is asked for and though the target is killed',
    {
      quote: 'A code that a STATUS lacks MUST NOT be in a later STATUS of the same record',
      scenes,
      feature: 'status',
      negative: true,
    },
    ({ seen }) => {
      const statuses = someStatuses(lastLook(seen.canary)).map(({ document }) => document);
      wasTold(seen.canary, statuses);
      for (const [index, status] of statuses.entries()) {
        const before = statuses[index - 1];
        if (before?.record !== status.record) continue;
        const back = status.codes.filter((code) => !before.codes.includes(code));
        equal(back, [], `codes that came back in STATUS ${String(index)}`, '/status/codes');
      }
    },
  ),
  check(
    'MDT-STA-008',
    'renewed',
    'the next STATUS comes by the time that the one before names',
    { quote: 'MUST serve its next STATUS by `next_due`', scenes },
    ({ seen }) => {
      const [look] = looksOf(seen.canary); // nothing was interrupted before it
      if (!look) return;
      comeInTime(
        someStatuses(look).map(({ document }) => document),
        look,
      );
    },
  ),
  check(
    'MDT-STA-009',
    'at-ready',
    'a STATUS is served at the first ready, before any root',
    { quote: 'MUST serve a STATUS before its first `ready`', scenes },
    ({ seen }) => {
      const { atReady } = seen.canary;
      if (!atReady) throw new Untestable('the target was not born');
      const answer = served(atReady.status, 'the STATUS at the first ready');
      equal(answer.status, 200, 'the status of the answer for the STATUS');
      if (!isThere(atReady.root)) return;
      const look = lastLook(seen.canary);
      const [root, status] = [rootsAt(look)[0], someStatuses(look)[0]];
      holds(root !== undefined && root.document.created >= (status?.document.created ?? ''), 'a root was there first', {
        expected: `a root after ${String(status?.document.created)}`,
        got: root?.document.created,
      });
    },
  ),
  check(
    'MDT-STA-010',
    'served',
    'the newest STATUS and each before it are served',
    { quote: 'MUST answer `GET` of *Status* with its newest STATUS', scenes },
    ({ seen }) => {
      for (const look of looksOf(seen.canary)) {
        const answer = served(look.statuses.newest, 'the newest STATUS');
        equal(answer.status, 200, 'the status of the newest STATUS');
        equal(mediaType(answer), 'application/json', 'the media type of the newest STATUS');
        isEnvelope(look.statuses.newest, 'status', 'the newest STATUS');
        isOfItsNumber(look.statuses, 'status');
        for (const [seq, result] of look.statuses.each.entries()) isEnvelope(result, 'status', `STATUS ${String(seq)}`);
        for (const [seq, { document }] of statusesAt(look).entries())
          equal(document.seq, seq, `seq of the STATUS at /${String(seq)}`, '/status/seq');
      }
    },
  ),
  check(
    'MDT-STA-011',
    'fresh',
    'no cache keeps the newest STATUS',
    { quote: 'MUST have a `Cache-Control` field with `no-cache` or `no-store`', scenes },
    ({ seen }) => isNotKept(lastLook(seen.canary).statuses.newest, 'the newest STATUS'),
  ),
  check(
    'MDT-STA-012',
    'grpc',
    'GetStatus answers the same documents',
    { quote: '`GetStatus` MUST answer the documents that are served over HTTP', scenes },
    ({ seen }) => {
      const look = lastLook(seen.canary);
      const statuses = someStatuses(look);
      for (const { seq, result } of look.statuses.grpcEach) {
        const { status, sha256, signature } = given(result, `GetStatus of ${String(seq)}`);
        isDocument(status, [sha256, signature], statuses[seq], `STATUS ${String(seq)} by gRPC`);
      }
      const newest = given(look.statuses.grpcNewest, 'GetStatus');
      isAmong(newest.status, [newest.sha256, newest.signature], statuses, {
        ...{ earlier: look.statuses.earlier, member: 'status', what: 'the STATUS by gRPC' },
      });
    },
  ),
  check(
    'MDT-STA-015',
    'no-status',
    'GetStatus answers a number that no STATUS has with NOT_FOUND',
    { quote: 'MUST answer the number of a STATUS that it has not served', scenes, negative: true },
    ({ seen }) => {
      const { outside } = lastLook(seen.canary);
      isRefused(outside['GetStatus, seq'], 'GetStatus', { code: NOT_FOUND, reason: 'MDT_NOT_FOUND' });
    },
  ),
  check(
    'MDT-STA-018',
    'beyond',
    'a number that no STATUS has is answered with 404 and its code',
    { quote: 'for what is not there with status 404 and the code `MDT_NOT_FOUND`', scenes, negative: true },
    ({ seen }) => {
      const look = lastLook(seen.canary);
      someStatuses(look);
      for (const [path, result] of Object.entries(look.statusBeyond)) {
        const answer = served(result, path);
        equal(answer.status, 404, `the status of ${path}`);
        equal(problemOf(answer)['code'], 'MDT_NOT_FOUND', `the code of ${path}`, '/code');
      }
    },
  ),
];

type Dates = [number, number, number];

/** The first STATUS of each record. */
function firstsOf(statuses: readonly Numbered<Status>[]): Numbered<Status>[] {
  return statuses.filter(({ document }, index) => statuses[index - 1]?.document.record !== document.record);
}

export const status: Suite = { chapter: '09-status', checks };
