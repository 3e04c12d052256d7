/** What a run may have left on this machine: processes of its target, control groups, containers, networks, and files. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** In the environment of a target and of all that it starts, with a value that no other run has. */
export const MARK = 'MILAGRO_HOSTILE';
/** What a guardian takes away, it takes away when the kit is gone. */
const WAIT_MS = 10_000;

interface Run {
  /** Of its target. */
  name: string;
  mark: string;
  /** Its folder for temporary files. */
  temporary: string;
  withDocker: boolean;
  /** What `controlGroups` said before it: what others left is not its own. */
  groupsBefore: readonly string[];
}

/** What is left of a run, in words, once the guardian had its time. */
export async function leftovers({ name, mark, temporary, withDocker, groupsBefore }: Run): Promise<string[]> {
  const look = (): string[] => [
    ...processesWith(mark),
    ...controlGroups().filter((group) => !groupsBefore.includes(group)),
    ...readdirSync(temporary).map((file) => `the file ${file}`),
    ...(withDocker ? inDocker(name) : []),
  ];
  let left = look();
  for (const began = performance.now(); left.length > 0 && performance.now() - began < WAIT_MS; left = look())
    await sleep(200);
  return left.map((what) => `left behind: ${what}`);
}

function processesWith(mark: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    return textOf(`/proc/${pid}/environ`).includes(`${MARK}=${mark}`) ? [`process ${pid}`] : [];
  });
}

/** Empty ones: those with processes are at work for somebody. */
export function controlGroups(): string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/pids'].flatMap((tree) => {
    const groups = namesIn(tree).filter((name) => name.startsWith('milagro-trust-'));
    return groups.flatMap((name) =>
      textOf(`${tree}/${name}/cgroup.procs`) === '' && namesIn(tree).includes(name) ? [`control group ${name}`] : [],
    );
  });
}

function inDocker(name: string): string[] {
  const label = ['--filter', `label=trust.milagro.target=${name}`];
  return [
    ['ps', '-aq', ...label],
    ['network', 'ls', '-q', ...label],
  ].flatMap((args) => {
    const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
    if (status !== 0) return [`docker ${args[0] ?? ''} says ${stderr}`];
    return stdout.split('\n').flatMap((id) => (id === '' ? [] : [`docker ${args[0] ?? ''} ${id}`]));
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
