/** Why a target never listened, as far as one can see from outside: the cause first, then what to do. */
import type { LifeRecord } from './life-record.ts';
import { LISTENING_MS } from './scenes/timing.ts';

const MAX_QUOTED = 300;

export interface Silence {
  readonly life: LifeRecord;
  /** Milliseconds from its start to its end. Before it is late, the kit ends nothing. */
  readonly ranMs: number;
  /** A line on standard error, secrets blotted out. */
  readonly lastWords: string;
}

const NAMES_AN_ERROR = /error|exception|panic|denied/i;
const IS_OF_A_STACK = /^\s+at /;

/** Which of two lines on standard error, in this order, says more of why a process ended: runtimes print stacks and versions last. */
export function tellingLine(earlier: string, later: string): string {
  const tells = (line: string): boolean => NAMES_AN_ERROR.test(line) && !IS_OF_A_STACK.test(line);
  if (later.trim() === '' || (tells(earlier) && !tells(later))) return earlier;
  return later.trim();
}

export function describeSilence({ life: { exit, lines, badLines }, ranMs, lastWords }: Silence): string {
  const quoted = lastWords.slice(0, MAX_QUOTED);
  const said = quoted === '' ? '' : `; its last words: ${quoted}`;
  // A process that could not be made has neither a status nor a signal.
  if (exit?.code === null && exit.signal === null) return `${quoted} (see \`command\` in the manifest)`;
  const [bad] = badLines;
  if (bad)
    return `${String(badLines.length)} of its lines begin with { and are no events; the first is wrong at ${bad.fault.field}: ${bad.text.slice(0, MAX_QUOTED)}`;
  const [failed] = lines.flatMap(({ line }) => ('event' in line && line.event === 'failed' ? [line] : []));
  if (failed) return `it wrote failed ${failed.code}${failed.field === undefined ? '' : ` for ${failed.field}`}${said}`;
  if (!exit || ranMs >= LISTENING_MS)
    return `it ran, and no {"event":"listening"} came within 10 s of its launch configuration${said}`;
  const how = exit.signal === null ? `ended with status ${String(exit.code)}` : `was ended by ${exit.signal}`;
  return `it ${how} after ${ranMs.toFixed(0)} ms, before {"event":"listening"}${said}`;
}
