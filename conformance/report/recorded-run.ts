/** An earlier run as its event stream holds it: what `diff`, `replay` and `merge` work on. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { KitError } from '../kit/kit-error.ts';
import { schemaFault } from '../kit/schemas.ts';

export interface RecordedRun {
  /** As it was given: a report folder, or its `events.jsonl`. */
  readonly path: string;
  readonly events: readonly RunEvent[];
  readonly started: Extract<RunEvent, { type: 'run_started' }>;
  /** Absent where the run broke off. */
  readonly finished?: Extract<RunEvent, { type: 'run_finished' }>;
  readonly checks: readonly ReportCheck[];
}

/** A run of every check leaves 2 MiB; a target that floods, some 40. */
const MAX_OCTETS = 256 * 1024 * 1024;

/**
 * Reads the events of a run. A last line without its end is left out: whoever wrote it was stopped in the middle.
 * @throws KitError MDT_KIT_REPORT where the file is not there, too large, or no stream of events
 */
export function readRun(path: string, field: string): RecordedRun {
  const lines = linesOf(path, field);
  const events = lines.map((line, index) => readEvent(line, `${path}, line ${String(index + 1)}`, field));
  const [started] = events;
  if (started?.type !== 'run_started') throw unreadable(`${path} does not begin with run_started`, field);
  for (const [index, { seq }] of events.entries())
    if (seq !== index)
      throw unreadable(`${path}, line ${String(index + 1)}: seq is ${String(seq)}, not ${String(index)}`, field);
  const finished = events.findLast((event) => event.type === 'run_finished');
  const checks = events.flatMap((event) => (event.type === 'check_finished' ? [event.check] : []));
  return { path, events, started, ...(finished && { finished }), checks };
}

function linesOf(path: string, field: string): string[] {
  try {
    const file = statSync(path).isDirectory() ? join(path, 'events.jsonl') : path;
    if (!statSync(file).isFile()) throw new Error('is no file');
    if (statSync(file).size > MAX_OCTETS) throw new Error('is larger than 256 MiB');
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch (cause) {
    throw unreadable(`${path} holds no events of a run: ${(cause as Error).message}`, field, cause);
  }
}

function readEvent(line: string, where: string, field: string): RunEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw unreadable(`${where} is not JSON`, field, cause);
  }
  const fault = schemaFault('run-event', value);
  if (fault) throw unreadable(`${where} is no event of a run: ${fault.field} ${fault.message}`, field);
  return value as RunEvent;
}

function unreadable(what: string, field: string, cause?: unknown): KitError {
  return new KitError('MDT_KIT_REPORT', what, { field, cause });
}
