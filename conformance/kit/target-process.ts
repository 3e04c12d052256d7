/**
 * A target started as a process by the launch contract (spec/certification.md, C.1). Targets are not
 * trusted: they get none of the kit's environment, memory and processes are limited, and whatever they
 * started ends with them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { LaunchConfiguration } from '../../reference/gen/schemas.ts';
import { confined, type ControlGroup } from './control-group.ts';
import { Life, type LineSink } from './life.ts';
import type { Target } from './manifest.ts';
import { limitsOf, tasksOf, watchLimits } from './process-limits.ts';
import type { SecretWatch } from './secrets.ts';
import { guardLife, newControlGroup, removeControlGroup } from './target-process-guard.ts';
import { Kin, MARK, newMark } from './target-process-kin.ts';

export class TargetProcess extends Life {
  readonly #child: ChildProcess;
  readonly #kin: Kin | undefined;
  readonly #control: ControlGroup | undefined;

  /** Starts the process and writes `firstLine` (a launch configuration, or whatever a check wants read in its place). */
  constructor(target: Target, firstLine: LaunchConfiguration | string, secrets: SecretWatch, sink: LineSink) {
    super(secrets, sink, target.manifest.mode === 'pat' ? 'pat-answer' : 'target-line');
    const mark = newMark();
    const limits = limitsOf(target.manifest);
    const control = newControlGroup(mark, tasksOf(limits));
    const environment = environmentOf(target);
    this.#control = control;
    const [program, ...args] = confined(target.command, { control, tasks: tasksOf(limits), environment });
    this.#child = spawn(program, args, {
      cwd: target.folder,
      env: { ...environment, [MARK]: mark },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = this.#child;
    if (pid !== undefined) {
      this.#kin = new Kin(pid, mark, control);
      this.#child.on('exit', guardLife(pid, this.#kin));
      this.#child.on(
        'exit',
        watchLimits(this.#kin, limits, (what) => this.endFor(what)),
      );
    }
    this.#follow();
    this.#child.stdin?.on('error', () => undefined); // EPIPE: the exit says it better
    this.send(`${typeof firstLine === 'string' ? firstLine : JSON.stringify(firstLine)}\n`);
    this.hasBegun();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  protected override send(text: string): void {
    this.#child.stdin?.write(text);
  }

  protected override signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  protected override kill(): void {
    this.#kin?.kill();
  }

  #follow(): void {
    for (const stream of ['stdout', 'stderr'] as const)
      this.#child[stream]
        ?.on('data', (chunk: Buffer) => this.take(stream, chunk))
        .on('end', () => this.streamEnded(stream));
    this.#child.on('error', (error) => {
      if (this.#control) removeControlGroup(this.#control);
      this.couldNotStart(`the process could not be started: ${error.message}`);
    });
    this.#child.on('close', (code, signal) => this.ended(code, signal));
    this.#child.on('exit', (code, signal) => {
      this.#killKin(); // children that outlive it, however it ended
      // One that left the group can hold the pipes open, and then 'close' never comes: the last output gets 100 ms.
      setTimeout(() => this.ended(code, signal), 100).unref();
    });
  }

  #killKin(): void {
    const strangers = this.#kin?.kill() ?? 0;
    if (this.#control) removeControlGroup(this.#control);
    if (strangers > 0)
      this.note(`ended by the kit: ${String(strangers)} processes that had left the target's process group`);
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
