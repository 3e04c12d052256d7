/** apt with a state of its own: another suite than the machine's, without root, without touching what is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AptState {
  /** Read by apt after all configuration of the machine, so it wins. */
  configuration: string;
  archives: string;
}

const KEYRING = 'debian-archive-keyring.gpg';
const INSTALLED_KEYRING = `/usr/share/keyrings/${KEYRING}`;
const SUITE = 'sid';
/** Used where the machine's own sources name no mirror of Debian: Ubuntu and the like. */
const PUBLIC_MIRROR = 'http://ftp.debian.org/debian';
const LIMIT_MS = 180_000;
const LOOK_MS = 5_000;

/** What of apt is not there; `undefined` where all is. */
export function aptMissing(): string | undefined {
  const missing = ['apt-get', 'dpkg-deb'].filter(
    (tool) =>
      spawnSync(tool, ['--version'], { stdio: 'ignore', timeout: LOOK_MS, killSignal: 'SIGKILL' }).error !== undefined,
  );
  return missing.length === 0 ? undefined : `no ${missing.join(' and no ')}`;
}

/** Mirrors of Debian's archive in the order to try: the one named by the user, those the machine uses, the public one. */
export function debianMirrors(): string[] {
  const named = process.env['MILAGRO_DEBIAN_MIRROR'];
  const format = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const used = spawnSync('apt-get', format, { encoding: 'utf8', timeout: 10_000 }).stdout ?? '';
  const own = used.split('\n').map((line) => line.trim().replace(/\/$/, ''));
  const ofDebian = own.filter((uri) => /^https?:\/\/\S+\/debian$/.test(uri));
  return [...new Set([...(named ? [named] : []), ...ofDebian, PUBLIC_MIRROR])];
}

/**
 * Debian's archive keys. On Ubuntu they are a package of Ubuntu's archive: fetched with the machine's own apt, they
 * are vouched for by keys the machine trusts already.
 */
export async function debianKeyring(work: string): Promise<string> {
  if (existsSync(INSTALLED_KEYRING)) return INSTALLED_KEYRING;
  const folder = join(work, 'keyring');
  mkdirSync(folder, { recursive: true });
  await run(['apt-get', 'download', 'debian-archive-keyring'], folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
  await run(['dpkg-deb', '-x', join(folder, archive ?? ''), folder]);
  return join(folder, INSTALLED_KEYRING);
}

/** Folders and configuration for one mirror. `Check-Valid-Until` is off because a frozen mirror is as well signed as a fresh one. */
export function writeAptState(folder: string, mirror: string, keyring: string): AptState {
  const archives = join(folder, 'cache', 'archives');
  for (const made of [join(folder, 'state', 'lists', 'partial'), join(archives, 'partial')])
    mkdirSync(made, { recursive: true });
  writeFileSync(join(folder, 'status'), ''); // nothing counts as installed, so every library comes along
  writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${SUITE} main\n`);
  const configuration = join(folder, 'apt.conf');
  const lines = [
    `Dir::State "${folder}/state";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::State::extended_states "${folder}/extended_states";`,
    `Dir::Cache "${folder}/cache";`,
    `Dir::Cache::archives "archives";`,
    `Dir::Etc::SourceList "${folder}/sources.list";`,
    'Dir::Etc::SourceParts "/dev/null";',
    'Dir::Etc::Preferences "/dev/null";',
    'Dir::Etc::PreferencesParts "/dev/null";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "1";', // apt's own three take 7 s to say that there is no network
    'Acquire::AllowInsecureRepositories "false";',
    'APT::Get::AllowUnauthenticated "false";',
    'APT::Get::Assume-Yes "true";',
    'APT::Install-Recommends "false";',
    'APT::Sandbox::User "root";', // else apt, run by root, drops to a user who cannot write here
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear DPkg::Post-Invoke;',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return { configuration, archives };
}

export function aptCommand(state: AptState, args: string[]): [string, ...string[]] {
  return ['apt-get', '-q', '-c', state.configuration, ...args];
}

/** Runs a command to its end. Errors: its last words. */
export async function run([program, ...args]: [string, ...string[]], cwd?: string): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT_MS,
    env: { ...process.env, LC_ALL: 'C' },
    ...(cwd && { cwd }),
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000);
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(
            `${program} ${args.at(-1) ?? ''}: ${signal ?? `status ${String(code)}`}: ${said.trim().split('\n').slice(-3).join(' | ')}`,
          ),
        );
    });
  });
}
