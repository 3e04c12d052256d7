/**
 * Memory and number of the processes of targets. Of memory what counts is what is resident, of all processes of a life:
 * runtimes such as V8, Go and the JVM reserve address space by the gigabyte that they never touch, so that `ulimit -v`
 * would end honest targets, and a limit on one process would not see its children. `ulimit -u` counts all processes of
 * a user, the kit's own too. Both are looked at four times a second, through /proc; where there is none (macOS) nothing is limited.
 * A walk through all of /proc is what costs there: where every life has a control group, three looks of four ask the
 * groups for their members, and the fourth looks for who left them.
 */
import type { TargetManifest } from '../../reference/gen/schemas.ts';
import { processes, residentMb, type Kin } from './target-process-kin.ts';

/** For a manifest that names no limit: enough for any service, and less than what would bring down the kit's machine. */
const DEFAULT_MEMORY_MB = 2_048;
const DEFAULT_PROCESSES = 256;
const EVERY_MS = 250;
const WALK_EVERY = 4;

export interface Limits {
  readonly memoryMb: number;
  readonly processes: number;
}

export function limitsOf({ limits }: TargetManifest): Limits {
  return {
    memoryMb: limits?.memory_mb ?? DEFAULT_MEMORY_MB,
    processes: limits?.processes ?? DEFAULT_PROCESSES,
  };
}

/** What the kernel counts are threads. */
const THREADS_A_PROCESS = 4;

/** Processes and threads that the kernel lets it have. */
export function tasksOf({ processes: count }: Limits): number {
  return count * THREADS_A_PROCESS;
}

interface Watched {
  readonly limits: Limits;
  readonly onOver: (what: string) => void;
}

const watches = new Map<Kin, Watched>();
let timer: NodeJS.Timeout | undefined;
let looks = 0;

/** Calls `onOver` once, should `kin` have more than its limits; the function given back ends that. */
export function watchLimits(kin: Kin, limits: Limits, onOver: (what: string) => void): () => void {
  watches.set(kin, { limits, onOver });
  timer ??= setInterval(look, EVERY_MS).unref();
  return () => release(kin);
}

function release(kin: Kin): void {
  watches.delete(kin);
  if (watches.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** All lives in one walk through /proc, or none. */
function look(): void {
  const walks = looks++ % WALK_EVERY === 0 || [...watches.keys()].some((kin) => !kin.isConfined);
  const all = walks ? processes() : [];
  for (const [kin, { limits, onOver }] of [...watches]) {
    const its = walks ? kin.among(all).map(({ pid }) => pid) : kin.confined();
    const over = overCount(its.length, limits, kin) ?? overMemory(residentMb(its), limits);
    if (over === undefined) continue;
    release(kin);
    onOver(over);
  }
}

/** Between two looks, what a life can make of itself has an end only where the kernel sees to it. */
function overCount(count: number, limits: Limits, kin: Kin): string | undefined {
  if (count > limits.processes) return `${String(count)} processes, the limit is ${String(limits.processes)}`;
  return kin.wasFull() ? `more than ${String(tasksOf(limits))} processes and threads` : undefined;
}

function overMemory(resident: number, { memoryMb }: Limits): string | undefined {
  return resident > memoryMb ? `${String(resident)} MiB resident, the limit is ${String(memoryMb)}` : undefined;
}
