/**
 * One life of a target by the launch contract (spec/certification.md, C.1), wherever it runs: its lines, its control
 * answers and its end. Targets are not trusted: what they write is searched for secrets, and has caps.
 */
import type { ControlAnswer, TargetLine } from '../../reference/gen/schemas.ts';
import { LineSplitter } from './lines.ts';
import type { SecretWatch } from './secrets.ts';
import { KeptLines, type Badline, type TimedLine } from './target-process-lines.ts';

export type { Badline, TimedLine } from './target-process-lines.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds from the signal, or from the start where it ended by itself. */
  ms: number;
  /** Which limit it went over, in words, where that ended it. */
  overLimit?: string;
}

export type LineSink = (stream: 'stdin' | 'stdout' | 'stderr' | 'exit', text: string) => void;

/** Of both streams together. Nobody reads a log that is longer, and reading on would cost the kit minutes. */
const MAX_OCTETS = 64 * 1024 * 1024;
/** A short line costs as much as a long one. */
const MAX_LINES = 200_000;

export abstract class Life {
  exit: Exit | undefined;
  readonly #kept: KeptLines;
  readonly #waiters = new Set<() => void>();
  readonly #sink: LineSink;
  readonly #secrets: SecretWatch;
  readonly #streams: Readonly<Record<'stdout' | 'stderr', Reader>>;
  #began = performance.now();
  #nextControl = 1;
  #signalled: number | undefined;
  #overLimit: string | undefined;
  #octets = 0;
  #lines = 0;

  /** `contract` is what its lines have to be. */
  constructor(secrets: SecretWatch, sink: LineSink, contract: 'target-line' | 'pat-answer' = 'target-line') {
    this.#kept = new KeptLines(contract);
    this.#sink = sink;
    this.#secrets = secrets;
    this.#streams = {
      stdout: { lines: new LineSplitter((text) => this.#onStdout(text)), look: secrets.follow('standard output') },
      stderr: { lines: new LineSplitter((text) => this.#onStderr(text)), look: secrets.follow('standard error') },
    };
  }

  /** Gives the target a line of text, line feed included. */
  protected abstract send(text: string): void;
  protected abstract signal(signal: NodeJS.Signals): void;
  /** Ends all that belongs to this life, at once. */
  protected abstract kill(): void;

  /** Valid lines in their order; of a flood the first and the newest. */
  get lines(): readonly TimedLine[] {
    return this.#kept.lines;
  }

  /** Lines that begin as an event does and are none. */
  get badLines(): readonly Badline[] {
    return this.#kept.badLines;
  }

  /** How many valid lines came so far. */
  get lineCount(): number {
    return this.#kept.count;
  }

  /** The first line for which `accept` holds, after the first `from`, waiting up to `timeoutMs` for it; `undefined` when it does not come or the target ends. */
  async line<T extends TargetLine>(
    accept: (line: TargetLine) => line is T,
    timeoutMs: number,
    from = 0,
  ): Promise<(TimedLine & { line: T }) | undefined> {
    let found: (TimedLine & { line: T }) | undefined;
    await this.until(
      () => (found ??= this.#kept.find(accept, from)) !== undefined || this.exit !== undefined,
      timeoutMs,
    );
    return found;
  }

  /** Waits until `condition` holds or the time is over; tells which. Looked at whenever the target does something. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition()) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), timeoutMs);
      const look = (): void => {
        if (condition()) done(true);
      };
      const done = (held: boolean): void => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve(held);
      };
      this.#waiters.add(look);
    });
  }

  /** Sends a control line and waits for its answer. */
  async control(line: Record<string, unknown>, timeoutMs = 5_000): Promise<ControlAnswer | undefined> {
    const id = this.#nextControl++;
    this.writeLine(JSON.stringify({ id, ...line }));
    const answer = await this.line((found): found is ControlAnswer => 'id' in found && found.id === id, timeoutMs);
    return answer?.line;
  }

  writeLine(text: string): void {
    this.#sink('stdin', this.#secrets.redact(text));
    this.send(`${text}\n`);
  }

  /** Sends `signal` and waits; after `timeoutMs` all of it is killed and the exit says so by its signal. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', timeoutMs = 5_000): Promise<Exit> {
    if (this.exit) return this.exit;
    this.#signalled = performance.now();
    this.signal(signal);
    if (!(await this.until(() => this.exit !== undefined, timeoutMs))) this.kill();
    await this.until(() => this.exit !== undefined, 2_000);
    return this.exit ?? { code: null, signal: 'SIGKILL', ms: timeoutMs };
  }

  /** The launch configuration is written: times count from here. */
  protected hasBegun(): void {
    this.#began = performance.now();
  }

  /** Octets that came on a stream. Looked at before they are lines: a line is cut where it is too long, and what is behind the cut may be a secret. */
  protected take(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (this.#overLimit !== undefined) return;
    this.#streams[stream].look(chunk);
    this.#streams[stream].lines.push(chunk);
    this.#octets += chunk.length;
    if (this.#octets > MAX_OCTETS) this.endFor(`more than ${String(MAX_OCTETS / 1024 / 1024)} MiB of output`);
    else if (this.#lines > MAX_LINES) this.endFor(`more than ${MAX_LINES.toLocaleString('en')} lines of output`);
  }

  protected streamEnded(stream: 'stdout' | 'stderr'): void {
    this.#streams[stream].lines.end();
  }

  /** Ends it for going over a limit; `what` says in words which, and by how much. */
  protected endFor(what: string): void {
    if (this.#overLimit !== undefined || this.exit) return;
    this.wentOver(what);
    this.kill();
  }

  /** Notes that it went over a limit which ended it, or ends it now. */
  protected wentOver(what: string): void {
    this.#overLimit = what;
    this.note(`ended by the kit: ${what}`);
  }

  /** Says something about its end. */
  protected note(text: string): void {
    this.#sink('exit', text);
  }

  protected couldNotStart(reason: string): void {
    this.#onStderr(reason);
    this.ended(null, null);
  }

  /** It is over: a status, a signal, or neither where it could not be started. What comes later is not heard. */
  protected ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.exit) return;
    const ms = performance.now() - (this.#signalled ?? this.#began);
    this.exit = { code, signal, ms, ...(this.#overLimit !== undefined && { overLimit: this.#overLimit }) };
    const { dropped } = this.#kept;
    const all = [...dropped.values()].reduce((sum, count) => sum + count, 0);
    const each = [...dropped].map(([kind, count]) => `${String(count)} ${kind}`).join(', ');
    if (all > 0) this.note(`${String(all)} lines of a flood were counted and not kept: ${this.#secrets.redact(each)}`);
    this.note(signal === null ? `status ${String(code)}` : `signal ${signal}`);
    this.#wake();
  }

  #onStdout(text: string): void {
    this.#lines++;
    const shown = this.#secrets.redact(text);
    this.#sink('stdout', shown);
    this.#kept.add(text, shown, performance.now() - this.#began);
    this.#wake();
  }

  #onStderr(text: string): void {
    this.#lines++;
    this.#sink('stderr', this.#secrets.redact(text));
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiters]) look();
  }
}

interface Reader {
  readonly lines: LineSplitter;
  readonly look: (chunk: Buffer) => void;
}
