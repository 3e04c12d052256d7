/**
 * Memory of targets. What counts is what is resident, of all processes of a life: runtimes such as V8, Go and the JVM
 * reserve address space by the gigabyte that they never touch, so that `ulimit -v` would end honest targets, and a
 * limit on one process would not see its children. It is looked at twice a second, through /proc; where there is
 * none (macOS) memory is not limited.
 */
import { processes, residentMb, type Kin } from './target-process-kin.ts';

/** For a manifest that names no limit: enough for any service, and less than what would bring down the kit's machine. */
export const DEFAULT_LIMIT_MB = 2_048;
const EVERY_MS = 500;

interface Watched {
  readonly limitMb: number;
  readonly onOver: (residentMb: number) => void;
}

const watches = new Map<Kin, Watched>();
let timer: NodeJS.Timeout | undefined;

/** Calls `onOver` once, should `kin` have more than `limitMb` MiB resident; the function given back ends that. */
export function limitMemory(kin: Kin, limitMb: number, onOver: (residentMb: number) => void): () => void {
  watches.set(kin, { limitMb, onOver });
  timer ??= setInterval(look, EVERY_MS).unref();
  return () => release(kin);
}

function release(kin: Kin): void {
  watches.delete(kin);
  if (watches.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** All lives in one walk through /proc. */
function look(): void {
  const all = processes();
  for (const [kin, { limitMb, onOver }] of [...watches]) {
    const resident = residentMb(kin.among(all));
    if (resident <= limitMb) continue;
    release(kin);
    onOver(resident);
  }
}
