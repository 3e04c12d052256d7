/**
 * What a run says on a terminal: progress in one line that is rewritten in place, a line for each chapter that is done,
 * then what failed with all that is needed to mend it, and the verdict. Without a terminal, or with NO_COLOR, the same
 * in plain lines.
 */
import { relative } from 'node:path';
import type { Report, ReportCheck, RunEvent } from '../../reference/gen/schemas.ts';
import { ATTENTION } from './attention.ts';
import { painted, SIGNS, tally, unpainted, type Paint } from './paint.ts';
import { endingLines } from './terminal-ending.ts';
import { oneLine } from './visible.ts';

export interface TerminalStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface TerminalOptions {
  stream: TerminalStream;
  /** Default: on a terminal, unless the environment sets NO_COLOR. */
  color?: boolean;
  /** Titles of the chapters by their file names. */
  chapters: ReadonlyMap<string, string>;
}

const FRAME_MS = 80;
const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
/** Enough of a target's output to see why it did not start. */
const LAST_LINES = 8;

export class TerminalReport {
  readonly #out: TerminalStream;
  readonly #live: boolean;
  readonly #paint: Paint;
  readonly #chapters: ReadonlyMap<string, string>;
  readonly #scenes = new Set<string>();
  readonly #done: ReportCheck[] = [];
  readonly #lastOutput: string[] = [];
  #chapter: ReportCheck[] = [];
  #total = 0;
  #drawn = 0;
  #frame = 0;
  #hasLine = false;
  #step = 'starting bitcoind';

  constructor({ stream, color, chapters }: TerminalOptions) {
    this.#out = stream;
    this.#live = stream.isTTY === true && process.env['TERM'] !== 'dumb';
    this.#paint = (color ?? (this.#live && !process.env['NO_COLOR'])) ? painted : unpainted;
    this.#chapters = chapters;
  }

  /** To be given every event of the run as it happens. */
  onEvent(event: RunEvent): void {
    switch (event.type) {
      case 'run_started':
        this.#total = event.selected.length;
        this.#line(this.#title(event));
        for (const { was, is } of event.renamed ?? []) this.#line(`${oneLine(was, 100)} is ${is} in this revision`);
        return;
      case 'chain_started':
        this.#step = '';
        return this.#line(
          this.#paint(
            'dim',
            `bitcoind ${event.version} by ${event.way}, ${oneLine(event.source ?? '', 200)}, up in ${String(Math.round(event.ms))} ms`,
          ),
        );
      case 'coverage':
      case 'chain_failed':
      case 'exchange':
      case 'transaction':
        return;
      case 'scene_started':
        this.#scenes.add(event.scene);
        return this.#progress();
      case 'scene_finished':
        this.#scenes.delete(event.scene);
        return this.#progress();
      case 'check_finished':
        return this.#onCheck(event.check);
      case 'run_finished':
        this.#closeChapter();
        return this.#clear();
      case 'target_line':
        return this.#onOutput(event);
    }
  }

  /** Tells of something that takes long, such as a download. */
  note(text: string): void {
    this.#step = text;
    if (this.#live) this.#progress(true);
    else this.#line(text);
  }

  /** The end: what failed, and the verdict. `reportPath` is where the whole report lies. */
  finish(report: Report, reportPath?: string): void {
    for (const line of endingLines({ report, paint: this.#paint, lastOutput: this.#lastOutput })) this.#line(line);
    if (reportPath !== undefined) this.#line(`${this.#paint('dim', 'report')}  ${shortest(reportPath)}`);
  }

  #title({ target, revision, seed, selected, narrowed }: Extract<RunEvent, { type: 'run_started' }>): string {
    const name = this.#paint('bold', oneLine([target.name, target.version].filter(Boolean).join(' '), 100));
    const what = `${target.role}, ${target.profiles.join(' ')}`;
    const part = narrowed ? ', part of the checks' : '';
    return `\n${name} ${this.#paint('dim', `(${what}) against specification ${revision}: ${String(selected.length)} checks${part}, seed ${oneLine(seed, 100)}`)}`;
  }

  #onOutput({ stream, text }: Extract<RunEvent, { type: 'target_line' }>): void {
    if (stream !== 'stdin') this.#lastOutput.push(`${stream}: ${oneLine(text, 200)}`);
    if (this.#lastOutput.length > LAST_LINES) this.#lastOutput.shift();
    this.#progress();
  }

  #onCheck(check: ReportCheck): void {
    if (this.#chapter[0] && this.#chapter[0].chapter !== check.chapter) this.#closeChapter();
    this.#chapter.push(check);
    this.#done.push(check);
    this.#progress();
  }

  /** `✓ 1. Documents  24 checks` */
  #closeChapter(): void {
    const [first] = this.#chapter;
    if (!first) return;
    const worst = ATTENTION.find((outcome) => this.#chapter.some((check) => check.outcome === outcome));
    const { sign, style } = SIGNS[worst ?? 'pass'];
    const passed = this.#chapter.filter(({ outcome }) => outcome === 'pass').length;
    const rest = tally(this.#chapter.filter(({ outcome }) => outcome !== 'pass').map(({ outcome }) => outcome));
    const counts = [`${String(passed)} passed`, ...rest].join(', ');
    this.#line(
      `${this.#paint(style, sign)} ${this.#chapters.get(first.chapter) ?? first.chapter}  ${this.#paint('dim', counts)}`,
    );
    this.#chapter = [];
  }

  #progress(now = false): void {
    if (!this.#live) return;
    const time = performance.now();
    if (!now && time - this.#drawn < FRAME_MS) return;
    this.#drawn = time;
    const frame = FRAMES[this.#frame++ % FRAMES.length] ?? '';
    const wrong = this.#done.filter(({ outcome }) => outcome === 'fail' || outcome === 'error').length;
    const doing = this.#step || [...this.#scenes].join(', ');
    const text = `${frame} ${String(this.#done.length)}/${String(this.#total)}${wrong > 0 ? `, ${String(wrong)} failed` : ''}  ${doing}`;
    this.#out.write(`\r\u001b[2K${this.#paint('dim', oneLine(text, Math.max(20, (this.#out.columns ?? 80) - 24)))}`);
    this.#hasLine = true;
  }

  #clear(): void {
    if (this.#hasLine) this.#out.write('\r\u001b[2K');
    this.#hasLine = false;
  }

  #line(text: string): void {
    this.#clear();
    this.#out.write(`${text}\n`);
  }
}

/** The path as one would type it: relative where that is shorter. */
function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && near.length < path.length ? near : path;
}
