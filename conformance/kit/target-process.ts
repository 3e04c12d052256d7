/**
 * A target started as a process by the launch contract (spec/certification.md, C.1). Targets are not
 * trusted: they get none of the kit's environment, their output and memory are capped, and whatever they
 * started ends with them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { ControlAnswer, LaunchConfiguration, TargetLine } from '../../reference/gen/schemas.ts';
import { LineSplitter } from './lines.ts';
import type { Target } from './manifest.ts';
import { DEFAULT_LIMIT_MB, limitMemory } from './memory-limit.ts';
import type { SecretWatch } from './secrets.ts';
import { guardLife } from './target-process-guard.ts';
import { Kin, MARK, newMark } from './target-process-kin.ts';
import { KeptLines, type Badline, type TimedLine } from './target-process-lines.ts';

export type { Badline, TimedLine } from './target-process-lines.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds from the signal, or from the start where it ended by itself. */
  ms: number;
  /** Resident memory in MiB, where the kit ended it for having more than its limit. */
  overMemoryMb?: number;
}

export type LineSink = (stream: 'stdin' | 'stdout' | 'stderr' | 'exit', text: string) => void;

export class TargetProcess {
  exit: Exit | undefined;
  readonly #kept = new KeptLines();
  readonly #child: ChildProcess;
  readonly #kin: Kin | undefined;
  readonly #began = performance.now();
  readonly #waiters = new Set<() => void>();
  readonly #sink: LineSink;
  readonly #secrets: SecretWatch;
  #nextControl = 1;
  #signalled: number | undefined;
  #overMemoryMb: number | undefined;

  /** Starts the process and writes `firstLine` (a launch configuration, or whatever a check wants read in its place). */
  constructor(target: Target, firstLine: LaunchConfiguration | string, secrets: SecretWatch, sink: LineSink) {
    this.#sink = sink;
    this.#secrets = secrets;
    const [program, ...args] = target.command;
    const mark = newMark();
    this.#child = spawn(program, args, {
      cwd: target.folder,
      env: { ...environmentOf(target), [MARK]: mark },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = this.#child;
    if (pid !== undefined) {
      this.#kin = new Kin(pid, mark);
      this.#child.on('exit', guardLife(pid, this.#kin));
      this.#limitMemory(this.#kin, target.manifest.limits?.memory_mb ?? DEFAULT_LIMIT_MB);
    }
    this.#follow();
    this.#child.stdin?.on('error', () => undefined); // EPIPE: the exit says it better
    const text = typeof firstLine === 'string' ? firstLine : JSON.stringify(firstLine);
    this.#child.stdin?.write(`${text}\n`);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

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

  /** The first line for which `accept` holds, after the first `from`, waiting up to `timeoutMs` for it; `undefined` when it does not come or the process ends. */
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
    this.#child.stdin?.write(`${text}\n`);
  }

  /** Sends `signal` to the process and waits; after `timeoutMs` all of it is killed and the exit says so by its signal. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', timeoutMs = 5_000): Promise<Exit> {
    if (this.exit) return this.exit;
    this.#signalled = performance.now();
    this.#child.kill(signal);
    if (!(await this.until(() => this.exit !== undefined, timeoutMs))) this.#kin?.kill();
    await this.until(() => this.exit !== undefined, 2_000);
    return this.exit ?? { code: null, signal: 'SIGKILL', ms: timeoutMs };
  }

  #follow(): void {
    const { stdout, stderr } = this.#child;
    const out = new LineSplitter((text) => this.#onStdout(text));
    const err = new LineSplitter((text) => this.#onStderr(text));
    // Octets, not lines: a line is cut where it is too long, and what is behind the cut may be a secret.
    const [lookOut, lookErr] = [this.#secrets.follow('standard output'), this.#secrets.follow('standard error')];
    stdout?.on('data', (chunk: Buffer) => (lookOut(chunk), out.push(chunk))).on('end', () => out.end());
    stderr?.on('data', (chunk: Buffer) => (lookErr(chunk), err.push(chunk))).on('end', () => err.end());
    this.#child.on('error', (error) => {
      this.#onStderr(`the process could not be started: ${error.message}`);
      this.#onExit(null, null);
    });
    this.#child.on('close', (code, signal) => this.#onExit(code, signal));
    this.#child.on('exit', (code, signal) => {
      this.#killKin(); // children that outlive it, however it ended
      // One that left the group can hold the pipes open, and then 'close' never comes: the last output gets 100 ms.
      setTimeout(() => this.#onExit(code, signal), 100).unref();
    });
  }

  #killKin(): void {
    const strangers = this.#kin?.kill() ?? 0;
    if (strangers > 0)
      this.#sink('exit', `ended by the kit: ${String(strangers)} processes that had left the target's process group`);
  }

  #limitMemory(kin: Kin, limitMb: number): void {
    const release = limitMemory(kin, limitMb, (residentMb) => {
      this.#overMemoryMb = residentMb;
      this.#sink('exit', `ended by the kit: ${String(residentMb)} MiB resident, the limit is ${String(limitMb)}`);
      kin.kill();
    });
    this.#child.on('exit', release);
  }

  #onStdout(text: string): void {
    const shown = this.#secrets.redact(text);
    this.#sink('stdout', shown);
    this.#kept.add(text, shown, performance.now() - this.#began);
    this.#wake();
  }

  #onStderr(text: string): void {
    this.#sink('stderr', this.#secrets.redact(text));
    this.#wake();
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.exit) return;
    const ms = performance.now() - (this.#signalled ?? this.#began);
    this.exit = { code, signal, ms, ...(this.#overMemoryMb !== undefined && { overMemoryMb: this.#overMemoryMb }) };
    const { dropped } = this.#kept;
    if (dropped > 0) this.#sink('exit', `${String(dropped)} lines of a flood were counted and not kept`);
    this.#sink('exit', signal === null ? `status ${String(code)}` : `signal ${signal}`);
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiters]) look();
  }
}

/** What a target may see of the environment, and what its manifest adds. */
function environmentOf(target: Target): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...target.manifest.env };
}
