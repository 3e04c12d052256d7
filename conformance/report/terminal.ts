/**
 * What a run says on a terminal: progress in one line that is rewritten in place, a line for each chapter that is done,
 * then what failed with all that is needed to mend it, and the verdict. Without a terminal, or with NO_COLOR, the same
 * in plain lines.
 */
import { relative } from 'node:path';
import type { Report, ReportCheck, ReportRequirement, RunEvent } from '../../reference/gen/schemas.ts';
import { oneLine, shortened } from './visible.ts';

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

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const SGR: Record<Style, string> = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' };
const SIGNS: Record<ReportCheck['outcome'], { sign: string; style: Style }> = {
  pass: { sign: '✓', style: 'green' },
  fail: { sign: '✗', style: 'red' },
  error: { sign: '‼', style: 'red' },
  'known failing': { sign: '✗', style: 'yellow' },
  flaky: { sign: '~', style: 'yellow' },
  untestable: { sign: '?', style: 'yellow' },
  warn: { sign: '!', style: 'yellow' },
  'not observable': { sign: '·', style: 'dim' },
  'not claimed': { sign: '·', style: 'dim' },
};

const FRAME_MS = 80;
const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const MAX_VALUE = 400;

export class TerminalReport {
  readonly #out: TerminalStream;
  readonly #live: boolean;
  readonly #color: boolean;
  readonly #chapters: ReadonlyMap<string, string>;
  readonly #scenes = new Set<string>();
  readonly #done: ReportCheck[] = [];
  #chapter: ReportCheck[] = [];
  #total = 0;
  #drawn = 0;
  #frame = 0;
  #hasLine = false;
  #step = 'starting bitcoind';

  constructor({ stream, color, chapters }: TerminalOptions) {
    this.#out = stream;
    this.#live = stream.isTTY === true && process.env['TERM'] !== 'dumb';
    this.#color = color ?? (this.#live && !process.env['NO_COLOR']);
    this.#chapters = chapters;
  }

  /** To be given every event of the run as it happens. */
  onEvent(event: RunEvent): void {
    switch (event.type) {
      case 'run_started':
        this.#total = event.selected.length;
        return this.#line(this.#title(event));
      case 'chain_started':
        this.#step = '';
        return this.#line(
          this.#paint(
            'dim',
            `bitcoind ${event.version} by ${event.way}, ${oneLine(event.source ?? '', 200)}, up in ${String(Math.round(event.ms))} ms`,
          ),
        );
      case 'chain_failed':
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
        return this.#progress();
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
    this.#clear();
    const checks = new Map(report.checks.map((check) => [check.id, check]));
    const wrong = report.requirements.filter(
      ({ outcome }) => !['pass', 'not claimed', 'not observable'].includes(outcome),
    );
    for (const requirement of wrong) this.#requirement(requirement, checks);
    this.#verdict(report);
    if (reportPath !== undefined) this.#line(`${this.#paint('dim', 'report')}  ${shortest(reportPath)}`);
  }

  #title({ target, revision, seed, selected, narrowed }: Extract<RunEvent, { type: 'run_started' }>): string {
    const name = this.#paint('bold', oneLine([target.name, target.version].filter(Boolean).join(' '), 100));
    const what = `${target.role}, ${target.profiles.join(' ')}`;
    const part = narrowed ? ', part of the checks' : '';
    return `\n${name} ${this.#paint('dim', `(${what}) against specification ${revision}: ${String(selected.length)} checks${part}, seed ${oneLine(seed, 100)}`)}`;
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
    const wrong = this.#chapter.filter(
      ({ outcome }) => outcome !== 'pass' && outcome !== 'not claimed' && outcome !== 'not observable',
    );
    const worst = (['fail', 'error', 'known failing', 'flaky', 'untestable', 'warn'] as const).find((outcome) =>
      wrong.some((check) => check.outcome === outcome),
    );
    const { sign, style } = SIGNS[worst ?? 'pass'];
    const passed = this.#chapter.filter(({ outcome }) => outcome === 'pass').length;
    const rest = tally(this.#chapter.filter(({ outcome }) => outcome !== 'pass').map(({ outcome }) => outcome));
    const counts = [`${String(passed)} passed`, ...rest].join(', ');
    this.#line(
      `${this.#paint(style, sign)} ${this.#chapters.get(first.chapter) ?? first.chapter}  ${this.#paint('dim', counts)}`,
    );
    this.#chapter = [];
  }

  #requirement(requirement: ReportRequirement, checks: ReadonlyMap<string, ReportCheck>): void {
    const { sign, style } = SIGNS[requirement.outcome];
    this.#line('');
    this.#line(
      `${this.#paint(style, `${sign} ${requirement.id}`)}  ${this.#paint(style, requirement.outcome)}  ${this.#paint('dim', `spec/${requirement.chapter}.md`)}`,
    );
    this.#line(`  ${this.#paint('bold', oneLine(requirement.sentence, 1_000))}`);
    const its = requirement.checks.flatMap((id) => checks.get(id) ?? []).filter(({ outcome }) => outcome !== 'pass');
    if (its.length === 0 && requirement.reason !== undefined) this.#field('reason', requirement.reason);
    for (const check of its) this.#check(check);
  }

  #check(check: ReportCheck): void {
    this.#line(
      `  ${oneLine(check.title, 200)}${check.message === undefined ? '' : `: ${oneLine(check.message, MAX_VALUE)}`}`,
    );
    if (check.expected !== undefined) this.#field('expected', check.expected, 'green');
    if (check.got !== undefined) this.#field('got', check.got, 'red');
    if (check.field !== undefined) this.#field('field', check.field);
    if (check.rerun !== undefined) this.#field('rerun', check.rerun, 'cyan');
  }

  #field(name: string, value: string, style?: Style): void {
    // A command is copied and pasted: it is never cut.
    const [first = '', ...more] = shortened(value, name === 'rerun' ? 10_000 : MAX_VALUE).split('\n');
    const painted = (text: string): string => (style ? this.#paint(style, text) : text);
    this.#line(`    ${this.#paint('dim', name.padEnd(9))} ${painted(first)}`);
    for (const line of more.slice(0, 10)) this.#line(`${' '.repeat(14)}${painted(line)}`);
  }

  #verdict({ verdict, exit, reason, summary, timing, requirements }: Report): void {
    const style: Style = exit === 0 ? (verdict === 'certified' ? 'green' : 'yellow') : 'red';
    const took = `${(timing.wallMs / 1000).toFixed(1)} s`;
    const claimed = requirements.filter(({ outcome }) => outcome !== 'not claimed');
    const counts =
      claimed.length > 0
        ? `${String(claimed.length)} requirements: ${tally(claimed.map(({ outcome }) => outcome)).join(', ')}; `
        : '';
    this.#line('');
    this.#line(
      `${this.#paint('bold', this.#paint(style, verdict.toUpperCase()))}  ${this.#paint('dim', `${counts}${String(summary.checks)} checks in ${took}`)}`,
    );
    if (reason !== undefined) for (const line of shortened(reason, 4_000).split('\n')) this.#line(`  ${line}`);
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

  #paint(style: Style, text: string): string {
    return this.#color ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text;
  }
}

/** `["3 passed", "1 fail"]`, in the order of first appearance of the worst. */
function tally(outcomes: readonly ReportCheck['outcome'][]): string[] {
  const words: Partial<Record<ReportCheck['outcome'], string>> = { pass: 'passed', fail: 'failed', warn: 'warned' };
  const order = Object.keys(SIGNS) as ReportCheck['outcome'][];
  return order.flatMap((outcome) => {
    const count = outcomes.filter((one) => one === outcome).length;
    return count === 0 ? [] : [`${String(count)} ${words[outcome] ?? outcome}`];
  });
}

/** The path as one would type it: relative where that is shorter. */
function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && near.length < path.length ? near : path;
}
