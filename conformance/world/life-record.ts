/** What is kept of one life of a target once it is over. */
import type { TargetLine } from '../../reference/gen/schemas.ts';
import type { Badline, Exit, Life, TimedLine } from '../kit/life.ts';

export interface LifeRecord {
  lines: readonly TimedLine[];
  badLines: readonly Badline[];
  exit: Exit | undefined;
}

export function recordOf(life: Life): LifeRecord {
  return { lines: life.lines, badLines: life.badLines, exit: life.exit };
}

/** The lifecycle events of a life, by name. */
export function eventsOf<E extends 'listening' | 'funding' | 'waiting' | 'ready' | 'failed'>(
  life: LifeRecord,
  event: E,
): (TimedLine & { line: Extract<TargetLine, { event: E }> })[] {
  return life.lines.filter((timed): timed is TimedLine & { line: Extract<TargetLine, { event: E }> } => {
    return 'event' in timed.line && timed.line.event === event;
  });
}
