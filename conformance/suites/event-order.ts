/** The launch contract (spec/certification.md, C.1): that lifecycle events come when they are true, and no more often. */
import type { TargetLine } from '../../reference/gen/schemas.ts';
import { check, type Suite } from '../kit/check.ts';
import { holds } from '../kit/expect.ts';
import { eventsOf, type LifeRecord } from '../world/life-record.ts';
import type { Observations, SceneName } from '../world/scenes/index.ts';
import { birthOf } from './anchor-view.ts';
import { anchorsOfKind, SUCCESSOR } from './lineage-view.ts';
import { hasOrdinaryLife, PLACES, scenesHere, type Place } from './parts.ts';

const QUOTE =
  'MUST NOT write `listening` twice, `ready` twice with neither a `waiting` nor another record served in between, or `failed` without ending';

function trueEvents({ suffix, when, looked, scenes }: Place): Suite['checks'][number] {
  return check(
    'MDT-TGT-012',
    `order${suffix}`,
    `events are written when they are true, and no more often: ${when}`,
    { quote: QUOTE, scenes, negative: true, divisible: scenes.length > 1 },
    ({ seen }) => {
      if (hasOrdinaryLife(seen)) birthOf(seen.birth); // one that was never born wrote few of the events
      for (const scene of scenesHere(seen, looked)) {
        const { lives } = seen[scene].watched;
        for (const life of lives) judgeLife(life, scene);
        judgeReady(lives, changesIn(seen, scene), scene);
      }
    },
  );
}

function judgeLife(life: LifeRecord, scene: SceneName): void {
  const listening = eventsOf(life, 'listening').length;
  holds(listening <= 1, `it wrote \`listening\` more than once in a life of the scene ${scene}`, {
    expected: 'once',
    got: `${String(listening)} times`,
    field: '/event',
  });
  judgeFailure(life, scene);
}

/** Each change is one moment of one life, so all lives together have no more of them than there were. */
function judgeReady(lives: readonly LifeRecord[], changes: number, scene: SceneName): void {
  const again = lives.reduce((sum, life) => sum + Math.max(0, readyWithoutReason(life) - 1), 0);
  holds(again <= changes, `it wrote \`ready\` again without a reason in the scene ${scene}`, {
    expected: `at most ${String(changes)} without a \`waiting\` before it, one for each record that came to be served`,
    got: again,
    field: '/event',
  });
}

/** How often it said `ready` with no `waiting` since the `ready` before. */
function readyWithoutReason({ lines }: LifeRecord): number {
  let count = 0;
  let waited = false;
  for (const { line } of lines) {
    if (isEvent(line, 'waiting')) waited = true;
    if (!isEvent(line, 'ready')) continue;
    if (!waited || count === 0) count++;
    waited = false;
  }
  return count;
}

/** It says that it cannot work at all; then it works no more, and nobody has to end it. */
function judgeFailure({ lines, exit }: LifeRecord, scene: SceneName): void {
  const place = lines.findIndex(({ line }) => isEvent(line, 'failed'));
  if (place < 0) return;
  const after = lines[place + 1]?.line;
  holds(after === undefined, `it wrote \`failed\` and went on in the scene ${scene}`, {
    expected: 'nothing after `failed`',
    got: after,
    field: '/event',
  });
  const ended = exit !== undefined && exit.signal === null && exit.code !== 0;
  holds(ended, `it wrote \`failed\` and did not end by itself in the scene ${scene}`, {
    expected: 'a status other than 0',
    got: exit,
  });
}

/** How often another record can have come to be served in a scene: by each SUCCESSOR, and twice for each that was unmade. */
function changesIn(seen: Partial<Observations>, scene: SceneName): number {
  const scenes = seen[scene];
  const successors = scenes && 'descendants' in scenes ? anchorsOfKind(scenes.descendants, SUCCESSOR).length : 0;
  return successors + (scene === 'unmade' ? 2 * (seen.unmade?.unmakings.length ?? 0) : 0);
}

function isEvent(line: TargetLine, event: string): boolean {
  return 'event' in line && line.event === event;
}

export const eventOrder: Suite = {
  chapter: 'certification',
  checks: PLACES.map(trueEvents),
};
