/** The launch contract (spec/certification.md): how a target behaves as a process. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, present, Untestable } from '../kit/expect.ts';
import { eventsOf, type LifeRecord } from '../world/life-record.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';
import { MOST_SAT } from '../world/subject.ts';
import { LISTENING_MS, READY_MS, RESTART_READY_MS, STOP_MS } from '../world/scenes/timing.ts';
import { birthOf } from './anchor-view.ts';
import { registeredCodes } from './error-codes.ts';
import { hostedOf } from './hosted-view.ts';
import { hasOrdinaryLife, PLACES, scenesHere, type Place } from './parts.ts';

const scenes = ['birth'] as const;
/** bcrt1q… with 38 characters is P2WPKH, with 58 P2WSH. */
const SEGWIT_V0 = /^bcrt1q([02-9ac-hj-np-z]{38}|[02-9ac-hj-np-z]{58})$/;

function linesOfContract({ suffix, when, looked, scenes }: Place): Suite['checks'][number] {
  return check(
    'MDT-TGT-002',
    `lines${suffix}`,
    `every line that begins as an object does is one of the contract: ${when}`,
    {
      quote: 'MUST be one JSON object that is valid against `schemas/target-line.schema.json`',
      scenes,
      negative: true,
      divisible: scenes.length > 1,
    },
    ({ seen }) => {
      const lives = scenesHere(seen, looked).flatMap((scene) => seen[scene].watched.lives);
      const [bad] = lives.flatMap(({ badLines }) => badLines);
      if (!bad && hasOrdinaryLife(seen)) birthOf(seen.birth); // one that was never born wrote few of the lines
      holds(bad === undefined, 'a line is not valid', {
        expected: 'a line of the contract',
        got: bad?.text,
        ...(bad && { field: bad.fault.field }),
      });
    },
  );
}

export const certification: Suite = {
  chapter: 'certification',
  checks: [
    check(
      'MDT-TGT-001',
      'listening',
      'it listens within 10 s',
      { quote: 'within 10 s of its launch configuration', scenes },
      ({ seen, evidence }) => {
        for (const [index, life] of seen.birth.lives.entries()) {
          const [listening] = eventsOf(life, 'listening');
          evidence(`life ${String(index + 1)}`, listening ? `${listening.at.toFixed(0)} ms` : 'never');
          holds(listening !== undefined && listening.at <= LISTENING_MS, 'it did not listen in time', {
            expected: `listening within ${String(LISTENING_MS)} ms`,
            got: listening?.at,
          });
        }
      },
    ),
    ...PLACES.map(linesOfContract),
    check(
      'MDT-TGT-003',
      'funding',
      'it asks for coin at a native segwit address',
      { quote: 'a `funding` event with a native segregated witness address and an amount in satoshi', scenes },
      async ({ seen, world }) => {
        const [funding] = eventsOf(firstLife(seen.birth), 'funding');
        const line = present(funding, 'a funding event', '{"event":"funding",…}').line;
        holds(SEGWIT_V0.test(line.address), 'the address is of another kind', {
          expected: 'bcrt1q…',
          got: line.address,
          field: '/address',
        });
        const { isvalid } = await world.chain.rpc.call<{ isvalid: boolean }>('validateaddress', [line.address]);
        holds(isvalid, 'the address is not valid', {
          expected: 'an address of regtest',
          got: line.address,
          field: '/address',
        });
        holds(line.min_sat <= MOST_SAT, 'the amount is beyond what the kit pays', {
          expected: `at most ${String(MOST_SAT)} sat`,
          got: line.min_sat,
          field: '/min_sat',
        });
        holds(line.min_sat > 0, 'the amount is nothing', {
          expected: 'at least 1 sat',
          got: line.min_sat,
          field: '/min_sat',
        });
        birthOf(seen.birth); // an address that nobody spends from is only a word
      },
    ),
    check(
      'MDT-TGT-004',
      'ready',
      'it is ready within 30 s of being paid',
      { quote: 'within 30 s of being paid', scenes },
      ({ seen, evidence }) => {
        if (!seen.birth.payment) throw new Untestable('it never asked for coin (MDT-TGT-003)');
        evidence('milliseconds', seen.birth.readyAfterMs);
        const { readyAfterMs } = seen.birth;
        holds(readyAfterMs !== undefined && readyAfterMs <= READY_MS, 'it was not ready in time', {
          expected: `ready within ${String(READY_MS)} ms`,
          got: readyAfterMs,
        });
        birthOf(seen.birth); // it says that it is ready, and what it should be ready for is not there
      },
    ),
    check(
      'MDT-TGT-004',
      'entity-id',
      '`entity_id` is the digest of the record',
      { quote: '`{"event":"ready","entity_id":…}`', scenes },
      ({ seen }) => {
        const [ready] = eventsOf(firstLife(seen.birth), 'ready');
        if (!ready) throw new Untestable('it was never ready');
        for (const { line } of eventsOf(firstLife(seen.birth), 'ready'))
          equal(line.entity_id, hostedOf(seen.birth).envelope.sha256, 'entity_id', '/entity_id');
      },
    ),
    check(
      'MDT-TGT-005',
      'restart',
      'after SIGTERM and after SIGKILL it is ready within 5 s as the same entity',
      { quote: 'MUST become ready within 5 s', scenes, negative: true },
      ({ seen, evidence }) => {
        const [first, ...later] = seen.birth.lives;
        const born = first && eventsOf(first, 'ready')[0];
        if (!born || later.length === 0) throw new Untestable('it was never ready in its first life');
        birthOf(seen.birth);
        for (const life of later) {
          const [ready] = eventsOf(life, 'ready');
          evidence('milliseconds to ready', ready?.at);
          holds(ready !== undefined && ready.at <= RESTART_READY_MS, 'it was not ready in time', {
            expected: `ready within ${String(RESTART_READY_MS)} ms`,
            got: ready?.at,
          });
          equal(ready?.line.entity_id, born.line.entity_id, 'entity_id after a restart', '/entity_id');
        }
      },
    ),
    check(
      'MDT-TGT-006',
      'sigterm',
      'SIGTERM ends it with status 0 within 5 s',
      { quote: 'MUST exit with status 0 within 5 s of SIGTERM', scenes },
      ({ seen }) => {
        birthOf(seen.birth); // else there is nothing to end in order
        // The second life ends by SIGKILL.
        for (const { exit } of seen.birth.lives.filter((_, index) => index !== 1)) {
          const got = present(exit, 'an exit');
          equal({ code: got.code, signal: got.signal }, { code: 0, signal: null }, 'how it ended');
          holds(got.ms <= STOP_MS, 'it took too long', { expected: `${String(STOP_MS)} ms`, got: got.ms });
        }
      },
    ),
    check(
      'MDT-TGT-007',
      'bad-launch',
      'a launch configuration that cannot be read is refused',
      {
        quote:
          'MUST write a `failed` event with code `MDT_LAUNCH` and the field at fault, and exit with a status other than 0',
        scenes: ['bad-launch'],
        negative: true,
      },
      ({ seen }) => {
        holds(seen['bad-launch'].launches.length > 0, 'nothing was launched', { expected: 'launches', got: 'none' });
        for (const { what, field, life } of seen['bad-launch'].launches) {
          const [failed] = eventsOf(life, 'failed');
          equal(failed?.line.code, 'MDT_LAUNCH', `the code for ${what}`, '/code');
          if (field !== '') equal(failed?.line.field, field, `the field for ${what}`, '/field');
          const { exit } = life;
          holds(
            exit !== undefined && exit.signal === null && exit.code !== 0,
            `after ${what} it did not exit with a status other than 0`,
            { expected: 'a status other than 0', got: exit },
          );
        }
      },
    ),
    check(
      'MDT-TGT-009',
      'addresses',
      'it serves where it was told to',
      { quote: 'MUST serve at the addresses that the launch configuration assigns', scenes },
      ({ seen }) => {
        const unready = seen.birth.unready;
        if (!unready) throw new Untestable('it never listened (MDT-TGT-001)');
        holds(!('failed' in unready.record), 'nothing answers over HTTP', {
          expected: 'an HTTP answer',
          got: 'failed' in unready.record ? unready.record.failed : '',
          field: '/listen/http',
        });
        holds('value' in unready.health, 'nothing answers over gRPC', {
          expected: 'a gRPC answer',
          got: unready.health,
          field: '/listen/grpc',
        });
      },
    ),
    check(
      'MDT-TGT-010',
      'waiting',
      'it says with a registered code why it waits',
      { quote: 'a `waiting` event with a code of `errors.md`', scenes: ['outage'] },
      ({ seen }) => {
        if (!seen.outage.asked) throw new Untestable('the target never got as far as asking for coin');
        const waiting = seen.outage.life ? eventsOf(seen.outage.life, 'waiting') : [];
        holds(waiting.length > 0, 'it never said that it waits', { expected: 'a waiting event', got: 'none' });
        for (const { line } of waiting)
          holds(registeredCodes().has(line.code), 'the code is not registered', {
            expected: 'a code of errors.md',
            got: line.code,
            field: '/code',
          });
        birthOf(seen.outage); // one that goes on nowhere does not wait
      },
    ),
  ],
};

function firstLife({ lives }: BirthSeen): LifeRecord {
  const [first] = lives;
  if (!first) throw new Untestable('the target did not live');
  return first;
}
