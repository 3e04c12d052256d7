/**
 * What a check says of a target. A `Nonconformance` is a failure of the target; any other exception
 * from a check is an error of the kit and is never blamed on the target.
 */
import { inspect, isDeepStrictEqual } from 'node:util';

export class Nonconformance extends Error {
  override readonly name = 'Nonconformance';
  readonly expected: string;
  readonly got: string;
  readonly field: string | undefined;

  constructor(message: string, detail: { expected: string; got: string; field?: string }) {
    super(message);
    this.expected = detail.expected;
    this.got = detail.got;
    this.field = detail.field;
  }
}

/** A prerequisite of the check did not come about, so that nothing can be said of its requirement. */
export class Untestable extends Error {
  override readonly name = 'Untestable';
}

/** The outcome of every check of a target that never listened, or answered; `silence` says what came in place of that. */
export function notStarted(silence: string | undefined): Untestable {
  return new Untestable(`the target did not start${silence === undefined ? '' : `: ${silence}`}`);
}

const MAX_SHOWN = 2_000;

/** The target need not do what the check judges, and did not: that says nothing for or against it. */
export class NotObservable extends Error {
  override readonly name = 'NotObservable';
}

/** A value as text, whole: it is cut only when no secret is in it any more (`cut`). */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : asText(value);
}

/** As much of a text as a report shows. */
export function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${String(text.length)} characters)` : text;
}

/** JSON, with what JSON does not have (bigint, a value that holds itself) as text. */
function asText(value: unknown): string {
  try {
    const json: unknown = JSON.stringify(value, (_name, part: unknown) =>
      typeof part === 'bigint' ? String(part) : part,
    );
    return typeof value === 'bigint' || typeof json !== 'string' ? String(value) : json;
  } catch {
    return inspect(value);
  }
}

export function equal(got: unknown, expected: unknown, what: string, field?: string): void {
  if (isDeepStrictEqual(got, expected)) return;
  throw new Nonconformance(`${what} differs`, { expected: show(expected), got: show(got), ...(field && { field }) });
}

export function holds(
  condition: boolean,
  what: string,
  detail: { expected: string; got: unknown; field?: string },
): void {
  if (condition) return;
  throw new Nonconformance(what, {
    expected: detail.expected,
    got: show(detail.got),
    ...(detail.field && { field: detail.field }),
  });
}

/** `value`, which the target had to provide. */
export function present<T>(value: T | undefined | null, what: string, expected = 'a value'): T {
  if (value === undefined || value === null)
    throw new Nonconformance(`${what} is missing`, { expected, got: 'nothing' });
  return value;
}
