/**
 * Nothing of a target outlives the kit: neither processes and folders, nor containers and their network. At an orderly
 * exit, and one by a signal that the command line turns into an exit, we clean up ourselves; what is left then, and
 * everything after `kill -9`, a guardian takes away.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard, type Guardian } from '../chain/guardian.ts';
import { ControlGroup } from './control-group.ts';
import { MARK, RUN_MARK, type Kin } from './target-process-kin.ts';

/** The lines told are `+ group 12`, `- group 12`, `+ cgroup /sys/x`, `+ network x`, `+ folder /tmp/x` and so on: what was added and not taken off is left. */
const SCRIPT = `
left() {
  printf '%s\\n' "$told" | awk -v kind="$1" '
    $2 == kind { what = substr($0, length(kind) + 4); if ($1 == "+") kept[what] = 1; else delete kept[what] }
    END { for (what in kept) print what }'
}
left cgroup | while read -r cgroup; do
  echo 0 > "$cgroup/pids.max"
  for round in 1 2 3; do for pid in $(cat "$cgroup/cgroup.procs"); do kill -s KILL "$pid"; done; done
done
left group | while read -r group; do kill -s KILL -- "-$group"; done
for round in 1 2 3; do
  for file in $(grep -l "$1" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -s KILL "\${pid%/environ}"
  done
done
left cgroup | while read -r cgroup; do
  for round in 1 2 3 4 5 6 7 8 9; do rmdir "$cgroup" && break; sleep 0.1; done
done
left network | while read -r network; do
  docker ps -aq --filter "label=$2=$network" | while read -r container; do docker rm -f -v "$container"; done
  docker network rm "$network"
done
left folder | while IFS= read -r folder; do rm -rf -- "$folder"; done`;

/** Of a container: the network that it is on, by which it is found. */
export const NETWORK_LABEL = 'trust.milagro.network';

const REMOVE_TRIES = 50;
const REMOVE_AGAIN_MS = 100;

const living = new Map<number, Kin>();
const folders = new Set<string>();
const controlGroups = new Set<ControlGroup>();
let guardian: Guardian | undefined;

process.on('exit', () => {
  for (const kin of living.values()) kin.kill();
  for (const control of controlGroups) removeControlGroup(control);
  for (const folder of folders) remove(folder);
});

function tell(line: string): void {
  guardian ??= guard(SCRIPT, [`${MARK}=${RUN_MARK}`, NETWORK_LABEL]);
  guardian.tell(line);
}

/** From now on the processes of this life end with the kit; the function given back is for its own end. */
export function guardLife(group: number, kin: Kin): () => void {
  living.set(group, kin);
  tell(`+ group ${String(group)}`);
  return () => {
    if (living.delete(group)) tell(`- group ${String(group)}`);
  };
}

/** A control group for one life, which is gone when the kit is; `undefined` where none can be made. */
export function newControlGroup(mark: string, tasks: number): ControlGroup | undefined {
  const control = ControlGroup.make(`milagro-trust-${mark}`, tasks);
  if (!control) return undefined;
  controlGroups.add(control);
  tell(`+ cgroup ${control.folder}`);
  return control;
}

/** To be called when all in it was killed, which takes the kernel a moment: what is not empty yet is tried again. */
export function removeControlGroup(control: ControlGroup, triesLeft: number = REMOVE_TRIES): void {
  if (control.remove()) {
    if (controlGroups.delete(control)) tell(`- cgroup ${control.folder}`);
  } else if (triesLeft > 0) setTimeout(() => removeControlGroup(control, triesLeft - 1), REMOVE_AGAIN_MS).unref();
}

/** From now on a Docker network, and all containers with its label, go with the kit; the function given back is for when they are gone. */
export function guardNetwork(name: string): () => void {
  tell(`+ network ${name}`);
  return () => tell(`- network ${name}`);
}

/** A new folder below TMPDIR, which is gone at the latest when the kit is. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  if (!folder.includes('\n')) tell(`+ folder ${folder}`);
  return folder;
}

export function removeTemporaryFolder(folder: string): void {
  if (!remove(folder)) return; // the guardian tries again
  folders.delete(folder);
  if (!folder.includes('\n')) tell(`- folder ${folder}`);
}

/** A target may have left what cannot be removed, a folder that forbids it for one: that is no fault of the kit. */
function remove(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } catch {
    return false;
  }
}
