/**
 * What is kept of a target's lines (spec/certification.md, C.1). A flood must not fill our memory, and it must not hide
 * what comes after it: of each kind the first and the newest lines are kept, those between are counted. What a target
 * waits for is a kind by its code: one that says the same a thousand times hides no other.
 */
import type { TargetLine } from '../../reference/gen/schemas.ts';
import { schemaFault, type SchemaFault } from './schemas.ts';

export interface TimedLine {
  /** Milliseconds since the launch configuration was written. */
  at: number;
  line: TargetLine;
}

/** A line that begins with `{` and is not what the contract says. */
export interface Badline {
  text: string;
  fault: SchemaFault;
}

/** Of each kind, at the beginning and again at the end. */
const KEPT = 250;
/** Codes that are kinds of their own; there are fewer to wait for, and a target could make up any number. */
const MAX_CODES = 16;
const BAD = 'bad';

export class KeptLines {
  readonly lines: TimedLine[] = [];
  readonly badLines: Badline[] = [];
  /** Lines that were valid, of any kind. */
  count = 0;
  /** How many of each kind were let go. */
  readonly dropped: Map<string, number> = new Map();
  /** For each of `lines`, how many came before it: places in the array change when lines are let go. */
  readonly #numbers: number[] = [];
  /** By number, which is found quicker than by name. */
  readonly #kinds: number[] = [];
  readonly #kindNumbers = new Map<string, number>();
  readonly #keptOf = new Map<string, number>();

  /** What a line has to be; clients under test answer by another schema than services. */
  readonly #schema: 'target-line' | 'pat-answer';

  constructor(schema: 'target-line' | 'pat-answer' = 'target-line') {
    this.#schema = schema;
  }

  /** Takes a line of standard output, `shown` being what of it may stand in evidence; a log line is none of ours. */
  add(text: string, shown: string, at: number): void {
    if (!text.startsWith('{')) return;
    const value = parse(text);
    const fault = value === undefined ? notJson() : schemaFault(this.#schema, value);
    if (fault) this.#addBad({ text: shown.slice(0, 500), fault });
    else this.#addGood({ at, line: value as TargetLine });
  }

  /** The first line for which `accept` holds, of those that came when `from` had come before. */
  find<T extends TargetLine>(
    accept: (line: TargetLine) => line is T,
    from: number,
  ): (TimedLine & { line: T }) | undefined {
    return this.lines.find(
      (timed, index): timed is TimedLine & { line: T } => (this.#numbers[index] ?? 0) >= from && accept(timed.line),
    );
  }

  #addGood(timed: TimedLine): void {
    const kind = this.#kindOf(timed.line);
    const number = this.#kindNumbers.get(kind) ?? this.#kindNumbers.size;
    this.#kindNumbers.set(kind, number);
    this.lines.push(timed);
    this.#numbers.push(this.count++);
    this.#kinds.push(number);
    if (!this.#isOver(kind)) return;
    const place = placeOf(this.#kinds, number, KEPT);
    for (const list of [this.lines, this.#numbers, this.#kinds]) list.splice(place, 1);
  }

  #addBad(bad: Badline): void {
    this.badLines.push(bad);
    if (this.#isOver(BAD)) this.badLines.splice(KEPT, 1);
  }

  #kindOf(line: TargetLine): string {
    if (!('event' in line)) return 'answer';
    if (line.event !== 'waiting') return line.event;
    const kind = `waiting ${line.code}`;
    return this.#kindNumbers.has(kind) || this.#kindNumbers.size < MAX_CODES ? kind : 'waiting';
  }

  /** Whether one of this kind has to go; counts it, then. */
  #isOver(kind: string): boolean {
    const kept = (this.#keptOf.get(kind) ?? 0) + 1;
    const over = kept > 2 * KEPT;
    if (over) this.dropped.set(kind, (this.dropped.get(kind) ?? 0) + 1);
    else this.#keptOf.set(kind, kept);
    return over;
  }
}

/** The place of the `nth` of a kind, counted from 0. */
function placeOf(kinds: readonly number[], kind: number, nth: number): number {
  let place = -1;
  for (let seen = 0; seen <= nth; seen++) place = kinds.indexOf(kind, place + 1);
  return place;
}

function parse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function notJson(): SchemaFault {
  return { field: '/', message: 'is not one JSON object of at most 65,536 octets', unknownMember: false };
}
