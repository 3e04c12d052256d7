/** Chapter 11, what a relay cannot answer: what it does not know, what has another form, and too much at once. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds } from '../kit/expect.ts';
import type { RelaySeen } from '../world/scenes/relay.ts';
import { given, isRefused } from './grpc-view.ts';
import { lookedAt } from '../world/wire-log.ts';
import { reached } from './relay-view.ts';

const scenes = ['relay'] as const;
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const RESOURCE_EXHAUSTED = 8;
const ENOUGH = 32;

const checks: Suite['checks'] = [
  check(
    'MDT-RLY-013',
    'unknown',
    'what the relay does not know is answered with NOT_FOUND',
    { quote: 'that it does not know with NOT_FOUND and the code `MDT_NOT_FOUND`', scenes, negative: true },
    ({ seen }) => {
      for (const { what, result } of some(seen.relay, seen.relay.unknown))
        isRefused(result, what, { code: NOT_FOUND, reason: 'MDT_NOT_FOUND' });
    },
  ),
  check(
    'MDT-RLY-034',
    'form',
    'a member of a wrong length or range is refused by its name',
    {
      quote: 'A request with a member of a wrong length or range MUST be answered with INVALID_ARGUMENT',
      scenes,
      negative: true,
    },
    ({ seen }) => {
      for (const { what, result, fields } of some(seen.relay, seen.relay.wrong)) {
        if (fields.length === 0) continue;
        isRefused(result, what, { code: INVALID_ARGUMENT, reason: 'MDT_SCHEMA' });
        const field = 'failed' in result ? result.failed.info?.['field'] : undefined;
        holds(field !== undefined && fields.includes(field), `${what}: another member is named`, {
          expected: fields.join(' or '),
          got: field,
          field: 'field',
        });
      }
    },
  ),
  check(
    'MDT-RLY-034',
    'right-form',
    'the same requests with members of the right form are answered',
    { quote: 'with a member of a wrong length or range', scenes },
    ({ seen }) => {
      for (const { what, result, fields } of some(seen.relay, seen.relay.wrong))
        if (fields.length === 0) given(result, what);
    },
  ),
  check(
    'MDT-RLY-035',
    'crowd',
    'another client is answered while one has as many calls in the air as it may',
    { quote: 'MUST answer the calls of one client while another has as many calls in the air', scenes },
    ({ seen }) => {
      const { others } = reached(seen.relay.crowd, 'the part in which one client asks too much');
      for (const { call, result, ms } of others) {
        lookedAt(result);
        holds(!('failed' in result), `${call} of the other client was not answered within 5 s`, {
          expected: 'an answer',
          got: 'failed' in result ? `${result.failed.message} after ${String(ms)} ms` : '',
        });
      }
    },
  ),
  check(
    'MDT-RLY-035',
    'enough',
    '32 calls at once are taken, and what is refused beyond is refused with MDT_RATE',
    { quote: 'MUST answer the calls of one client', scenes, negative: true },
    ({ seen }) => {
      const { few, refusals, codes } = reached(seen.relay.crowd, 'the part in which one client asks too much');
      equal(
        few.filter((reason) => reason !== undefined),
        [],
        `how ${String(ENOUGH)} calls at once are refused`,
      );
      for (const [index, reason] of refusals.entries())
        if (reason !== undefined)
          equal(
            { code: codes[index], reason },
            { code: RESOURCE_EXHAUSTED, reason: 'MDT_RATE' },
            `call ${String(index + 1)}`,
          );
    },
  ),
];

/** What was seen, where it came so far. */
function some<T>({ truth }: RelaySeen, found: readonly T[]): readonly T[] {
  reached(truth, 'the part in which it is asked');
  return found;
}

export const relayBadDays: Suite = { chapter: '11-relay', checks };
