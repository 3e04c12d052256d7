/** Control lines of the launch contract (spec/certification.md, C.1): that they are answered, and that `clock` does what it says. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, present, Untestable } from '../kit/expect.ts';
import { claims } from '../world/claims.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';
import type { MovedClock } from '../world/scenes/moved-clock.ts';
import { birthOf } from './anchor-view.ts';
import { registeredCodes } from './error-codes.ts';
import { HostedView, text } from './hosted-view.ts';

const scenes = ['birth'] as const;
/** A time is of whole seconds, and two clocks of one machine are read a moment apart. */
const TOLERANCE_SECONDS = 2;
/** Blocks every 200 ms put the median time ahead of the system's, but not by as much as a clock is moved by. */
const CHAIN_AHEAD_SECONDS = 600;

export const controlLines: Suite = {
  chapter: 'certification',
  checks: [
    check(
      'MDT-TGT-008',
      'control',
      'control lines are answered, also after noise',
      { quote: 'MUST answer every control line with its `id`', scenes },
      ({ seen, world }) => {
        const controls = controlsOf(seen.birth);
        const mustMove = claims(world, 'clock');
        for (const when of ['clock', 'afterNoise'] as const) {
          const got = present(controls[when], `an answer (${when})`, '{"id":…,"ok":…}');
          if (mustMove) equal(got.ok, true, `ok (${when})`, '/ok');
          else
            holds(got.ok || got.unsupported === true, `neither ok nor unsupported (${when})`, {
              expected: '"unsupported":true',
              got,
              field: '/unsupported',
            });
        }
      },
    ),
    check(
      'MDT-TGT-008',
      'unsupported',
      'a control that nobody knows is called unsupported',
      { quote: 'with `"unsupported":true` one that it does not support', scenes, negative: true },
      ({ seen }) => {
        const controls = controlsOf(seen.birth);
        const { ok, unsupported } = present(controls.unknown, 'an answer', '{"id":…,"ok":false,"unsupported":true}');
        equal({ ok, unsupported }, { ok: false, unsupported: true }, 'the answer');
      },
    ),
    check(
      'MDT-TGT-008',
      'malformed',
      'a control with a value of another type is answered, and not honoured',
      { quote: 'MUST answer every control line with its `id`', scenes, negative: true },
      ({ seen }) => {
        const controls = controlsOf(seen.birth);
        const got = present(controls.malformed, 'an answer', '{"id":…,"ok":false,"code":…}');
        equal(got.ok, false, 'ok', '/ok');
        holds(got.unsupported === true || registeredCodes().has(got.code ?? ''), 'it does not say why', {
          expected: 'a code of errors.md, or "unsupported":true',
          got,
          field: '/code',
        });
      },
    ),
    check(
      'MDT-TGT-011',
      'control',
      'a record is written by the clock that a control line has moved',
      {
        quote: 'from its answer on, the time of the system plus `offset_seconds`',
        scenes: ['outage'],
        feature: 'clock',
      },
      ({ seen, evidence }) => {
        const { moved } = seen.outage;
        if (!moved) throw new Untestable('the target was never ready after its clock was moved');
        if (moved.answer?.ok !== true) throw new Untestable('the control line was not honoured (MDT-TGT-008)');
        writtenAt(moved, evidence);
      },
    ),
    check(
      'MDT-TGT-011',
      'launch',
      'a record is written by the clock of the launch configuration',
      { quote: 'MUST take for the present', scenes: ['poor'], feature: 'clock' },
      ({ seen, evidence }) => {
        const { moved } = seen.poor;
        if (!moved) throw new Untestable('the target was never ready in the scene where its clock is ahead');
        writtenAt(moved, evidence);
      },
    ),
    check(
      'MDT-TGT-011',
      'unmoved',
      'a record is written by the clock of the system where nobody moved it',
      { quote: 'the time of the system plus `offset_seconds`', scenes, feature: 'clock', negative: true },
      ({ seen, evidence }) => {
        const { hosted, bornBetween } = seen.birth;
        if (!hosted || !bornBetween) throw new Untestable('the target was never ready');
        // `created` is never before the median time of the chain (MDT-DOC-016).
        writtenAt({ offset: 0, ...bornBetween, record: hosted.record }, evidence, CHAIN_AHEAD_SECONDS);
      },
    ),
  ],
};

/** Of a target that was born: one that says the right lines and does nothing has nothing to control. */
function controlsOf(birth: BirthSeen): NonNullable<BirthSeen['controls']> {
  if (!birth.controls) throw new Untestable('it was never ready');
  birthOf(birth);
  return birth.controls;
}

function writtenAt(
  { offset, since, until, record }: MovedClock,
  evidence: (label: string, value: unknown) => void,
  ahead = 0,
): void {
  const created = text(new HostedView(record).record.created, '/birth_record/created');
  const from = Math.floor(since / 1000) + offset - TOLERANCE_SECONDS;
  const to = Math.ceil(until / 1000) + offset + TOLERANCE_SECONDS + ahead;
  const range = `${timeOf(from)} to ${timeOf(to)}`;
  evidence('created', { created, offset_seconds: offset, expected: range });
  const seconds = Date.parse(created) / 1000;
  holds(seconds >= from && seconds <= to, 'the record was written by another clock', {
    expected: range,
    got: created,
    field: '/birth_record/created',
  });
}

function timeOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
