/**
 * A control group of the kernel for the processes of one life, cgroups(7): none can leave it, it can hold no more than so many
 * tasks, and it knows its members, whatever they have done to their group, their parents or their environment. To make one takes
 * root, on Linux. Where none can be made, a life is known by other means (target-process-kin.ts), and the shell limits
 * the number of processes, which works for every user but root.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the controller `pids` is: with version 2 of control groups in the one tree, with version 1 in a tree of its own. */
const TREES = ['/sys/fs/cgroup', '/sys/fs/cgroup/pids'];
const TREE_HAS_IT = ['cgroup.controllers', 'cgroup.sane_behavior'];
/** A process that forks while the others are killed is met at the next look; it can fork no more by then. */
const ROUNDS = 100;

export class ControlGroup {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A new one that holds at most `tasks` processes and threads; `undefined` where this machine or its user cannot make one. */
  static make(name: string, tasks: number): ControlGroup | undefined {
    for (const [index, tree] of TREES.entries()) {
      if (!existsSync(join(tree, TREE_HAS_IT[index] ?? ''))) continue;
      const group = new ControlGroup(join(tree, name));
      try {
        mkdirSync(group.folder);
        writeFileSync(join(group.folder, 'pids.max'), String(tasks), { flag: 'r+' });
        return group;
      } catch {
        group.remove();
      }
    }
    return undefined;
  }

  /** PIDs of the processes in it. */
  members(): number[] {
    return this.#read('cgroup.procs')
      .split('\n')
      .flatMap((pid) => (pid === '' ? [] : [Number(pid)]));
  }

  /** Whether it was full when a task was to be made. */
  wasFull(): boolean {
    return Number(/^max (\d+)$/m.exec(this.#read('pids.events'))?.[1] ?? 0) > 0;
  }

  /** Kills all that is in it. From now on nothing in it can fork. */
  kill(): void {
    this.#write('pids.max', '0');
    for (let round = 0; round < ROUNDS; round++) {
      const members = this.members();
      if (members.length === 0) return;
      for (const pid of members) killed(pid);
    }
  }

  /** Takes it away, where it is empty. */
  remove(): boolean {
    try {
      rmdirSync(this.folder);
    } catch {
      return !existsSync(this.folder);
    }
    return true;
  }

  #read(name: string): string {
    return textOf(join(this.folder, name));
  }

  #write(name: string, text: string): void {
    try {
      writeFileSync(join(this.folder, name), text, { flag: 'r+' });
    } catch {
      // it is gone
    }
  }
}

/** Enters the group `$1`, or without one limits the user to `$2` tasks, as the shell at hand calls it; then becomes what is left, in the environment that it was given. */
const ENTER = `{ if [ -n "$1" ]; then echo 0 > "$1/cgroup.procs"; else ulimit -u "$2" || ulimit -p "$2"; fi; } 2>/dev/null
shift 2
unset PWD OLDPWD SHLVL
exec "$@"`;

/**
 * The command that starts `command` in `control`, or without one, where the user is not root, with a limit on the user's
 * tasks: those that there are, and `tasks` more. One that cannot be started stays as it is: of why, the system has more
 * to say than a shell.
 */
export function confined(
  command: readonly [string, ...string[]],
  { control, tasks, environment }: { control: ControlGroup | undefined; tasks: number; environment: NodeJS.ProcessEnv },
): readonly [string, ...string[]] {
  const isRoot = process.getuid?.() === 0;
  if ((!control && isRoot) || !isProgram(command[0], environment['PATH'] ?? '')) return command;
  const most = control ? '' : String(tasks + tasksOfUser());
  return ['/bin/sh', '-c', ENTER, 'confined', control?.folder ?? '', most, ...command];
}

function isProgram(program: string, path: string): boolean {
  const places = program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Processes and threads of the user who runs the kit. */
function tasksOfUser(): number {
  const user = new RegExp(`^Uid:\\s+${String(process.getuid?.() ?? -1)}\\s`, 'm');
  const threads = numbersIn('/proc').map((pid) => {
    const status = textOf(`/proc/${String(pid)}/status`);
    return user.test(status) ? Number(/^Threads:\s+(\d+)$/m.exec(status)?.[1] ?? 1) : 0;
  });
  return threads.reduce((sum, each) => sum + each, 0);
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it is gone
  }
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}
