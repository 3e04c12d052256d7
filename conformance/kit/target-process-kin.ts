/**
 * All processes that come of one life of a target. A process group is left by `setsid`, and a parent by forking twice,
 * so they are known by three things: the group, a random mark in the environment, and a parent that is one of them or
 * was when we last looked. Where the kit may make control groups (control-group.ts), a fourth is certain. Elsewhere it remains possible: a process that does all of it (leaves the group, wipes its
 * environment and loses its parent) between two looks of the memory watch, or with the rights of another user, which
 * `kill` may not touch. Whoever must exclude that runs the kit in a container. Without /proc (macOS) only the group is known.
 */
import { randomBytes } from 'node:crypto';
import type { ControlGroup } from './control-group.ts';
import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of every target (spec/certification.md, C.1); the value differs for each life. */
export const MARK = 'MILAGRO_TARGET';
/** What the marks of this process begin with, and of no other. */
export const RUN_MARK: string = randomBytes(16).toString('hex');
/** A process can fork between our look and our signal; whoever outruns this many looks is met at the next life's end. */
const ROUNDS = 5;

/** Field 22 of proc_pid_stat(5), where the third is the first. */
const STARTED = 19;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Clock ticks since boot: with the PID it names one process for ever. */
  readonly started: string;
  readonly mark: string;
}

let lives = 0;

export function newMark(): string {
  return `${RUN_MARK}.${String(++lives)}`;
}

export class Kin {
  readonly #group: number;
  readonly #mark: string;
  readonly #control: ControlGroup | undefined;
  #known = new Map<number, string>();

  constructor(group: number, mark: string, control?: ControlGroup) {
    this.#group = group;
    this.#mark = mark;
    this.#control = control;
  }

  /** Those of `all` that belong to this life. */
  among(all: readonly Process[]): Process[] {
    const found = new Map<number, Process>();
    const members = new Set(this.#control?.members());
    const belongs = ({ pid, parent, group, started, mark }: Process): boolean =>
      members.has(pid) ||
      group === this.#group ||
      mark === this.#mark ||
      this.#known.get(pid) === started ||
      found.has(parent);
    for (let before = -1; before < found.size;) {
      before = found.size;
      for (const process of all) if (!found.has(process.pid) && belongs(process)) found.set(process.pid, process);
    }
    this.#known = new Map([...found.values()].map(({ pid, started }) => [pid, started]));
    return [...found.values()];
  }

  /** Whether it has a control group, which knows its members without a walk through /proc. */
  get isConfined(): boolean {
    return this.#control !== undefined;
  }

  /** PIDs of those in its control group. */
  confined(): number[] {
    return this.#control?.members() ?? [];
  }

  /** Kills them all; gives the number of those that had left the group. */
  kill(): number {
    signal(-this.#group);
    const strangers = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const left = this.among(processes()).filter(({ group }) => group !== this.#group);
      if (left.length === 0) break;
      for (const { pid } of left) signal(strangers.add(pid) && pid);
    }
    this.#control?.kill();
    return strangers.size;
  }

  /** Whether it could not make a process because it had too many. */
  wasFull(): boolean {
    return this.#control?.wasFull() ?? false;
  }
}

/** MiB resident. Pages that processes share count for each, as they do in `ps`. */
export function residentMb(pids: readonly number[]): number {
  const kib = pids.map((pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(pid, 'status'))?.[1] ?? 0));
  return Math.ceil(kib.reduce((sum, each) => sum + each, 0) / 1024);
}

/** Marks by PID, which a process has for life: reading them anew at every look would double its cost. */
let marks = new Map<number, { readonly started: string; readonly mark: string }>();

/**
 * PIDs of processes that were there before the kit, which are most of a machine's and no target's: they are not read
 * again. A PID can be given anew, so all are forgotten now and then.
 */
let older = new Set<number>();
let walks = 0;
const FORGET_AFTER_WALKS = 20;

/** Every process of this machine that began after the kit and is no zombie. Some 20 µs each. */
export function processes(): Process[] {
  if (walks++ % FORGET_AFTER_WALKS === 0) older = new Set();
  const seen: typeof marks = new Map();
  const found = pids().flatMap((pid): Process[] => {
    if (older.has(pid)) return [];
    const fields = statOf(pid);
    const [state = '', parent, group] = fields;
    const started = fields[STARTED];
    if (started === undefined || state === 'Z' || state === 'X') return [];
    if (Number(started) < ownStart()) {
      older.add(pid);
      return [];
    }
    const known = marks.get(pid);
    const mark = known?.started === started ? known.mark : markOf(pid);
    seen.set(pid, { started, mark });
    return [{ pid, parent: Number(parent), group: Number(group), started, mark }];
  });
  marks = seen;
  return found;
}

let kitStarted: number | undefined;

/** Clock ticks since boot at which the kit began; in the same tick a target may begin too. */
function ownStart(): number {
  return (kitStarted ??= Number(statOf(process.pid)[STARTED] ?? 0));
}

/** Fields of proc_pid_stat(5) from the third on. The name of the program, the second, may hold spaces and parentheses. */
function statOf(pid: number): string[] {
  const stat = read(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function pids(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function markOf(pid: number): string {
  return new RegExp(`(?:^|\0)${MARK}=([^\0]*)`).exec(read(pid, 'environ'))?.[1] ?? '';
}

/** Empty for a process that has ended meanwhile or is another user's. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it has ended; EPERM: it has taken the rights of another user
  }
}
