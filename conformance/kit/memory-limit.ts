/**
 * Memory of targets. What counts is what is resident, of the whole process group: runtimes such as V8, Go and the JVM
 * reserve address space by the gigabyte that they never touch, so that `ulimit -v` would end honest targets, and a
 * limit on one process would not see its children. It is looked at twice a second, through /proc; where there is
 * none (macOS) memory is not limited. Pages that processes share count for each, as they do in `ps`.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** For a manifest that names no limit: enough for any service, and less than what would bring down the kit's machine. */
export const DEFAULT_LIMIT_MB = 2_048;
const EVERY_MS = 500;

interface Watched {
  readonly limitMb: number;
  readonly onOver: (residentMb: number) => void;
}

const groups = new Map<number, Watched>();
let timer: NodeJS.Timeout | undefined;

/** Calls `onOver` once, should process group `group` have more than `limitMb` MiB resident; the function given back ends that. */
export function limitMemory(group: number, limitMb: number, onOver: (residentMb: number) => void): () => void {
  groups.set(group, { limitMb, onOver });
  timer ??= setInterval(look, EVERY_MS).unref();
  return () => release(group);
}

function release(group: number): void {
  groups.delete(group);
  if (groups.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** All groups in one walk through /proc, which takes some 20 µs a process. */
function look(): void {
  for (const [group, residentMb] of residentByGroup()) {
    const watched = groups.get(group);
    if (!watched || residentMb <= watched.limitMb) continue;
    release(group);
    watched.onOver(residentMb);
  }
}

function residentByGroup(): Map<number, number> {
  const sums = new Map<number, number>();
  for (const pid of processes()) {
    const group = groupOf(read(`/proc/${pid}/stat`));
    if (group === undefined || !groups.has(group)) continue;
    const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
    sums.set(group, (sums.get(group) ?? 0) + kib);
  }
  return new Map([...sums].map(([group, kib]) => [group, Math.ceil(kib / 1024)]));
}

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Field 5 of proc_pid_stat(5); the name of the program, field 2, may hold spaces and parentheses itself. */
function groupOf(stat: string): number | undefined {
  const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group === undefined ? undefined : Number(group);
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
