/**
 * The node under test from Debian's own package, for machines with apt and nothing else: no root, nothing
 * installed. apt fetches `bitcoin-knots` of Debian sid and its libraries with a state of its own and checks their
 * signatures; dpkg unpacks them into the cache; bitcoind is started through the loader that came with them,
 * so that the C library of the machine does not matter. From the second start on no network is needed.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { aptCommand, aptMissing, debianKeyring, debianMirrors, run, writeAptState, type AptState } from './apt.ts';
import { WayClosed, type Chain, type ChainOptions } from './chain.ts';
import { startProgram, type NodeProgram } from './process.ts';

const PACKAGE = 'bitcoin-knots';
/** Beginning of the names of folders in which a fetch is under way. */
const WORK = 'fetching-';
const ABANDONED_MS = 24 * 60 * 60 * 1000;
/** Dependencies of the package's service scripts; the program itself does not load them. */
const NOT_NEEDED = /^(systemd|debconf|libsystemd-shared|libc-gconv-modules-extra)_/;
const OFFLINE_FIX =
  "make the Debian archive reachable once (apt's own proxy settings count; another mirror: MILAGRO_DEBIAN_MIRROR=http://…)";

export async function startDebian(options: ChainOptions): Promise<Chain> {
  const program = unpacked() ?? (await bring(options.onProgress ?? ((): void => undefined)));
  return startProgram(program, 'debian', options);
}

/** Home folders are shared by machines of different processors. */
const FOLDER = `${PACKAGE}-${process.arch}`;

/** Where the kit keeps what it fetched. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'milagro-trust');
}

/** The unpacked package, if it is in the cache. */
export function unpacked(root: string = join(cacheFolder(), FOLDER)): NodeProgram | undefined {
  const bitcoind = join(root, 'usr', 'bin', 'bitcoind');
  if (!existsSync(bitcoind)) return undefined;
  const libraries = libraryFolder(root);
  const loader = libraries && readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (!libraries || !loader) return undefined;
  const source = `Debian ${PACKAGE} ${readFileSync(join(root, 'version'), 'utf8').trim()}`;
  return {
    command: join(libraries, loader),
    args: ['--library-path', libraries, '--argv0', 'bitcoind', bitcoind],
    source,
  };
}

/** `usr/lib/x86_64-linux-gnu` and the like: the folder of the machine's architecture that holds the C library. */
function libraryFolder(root: string): string | undefined {
  const lib = join(root, 'usr', 'lib');
  const triplet = readdirSync(lib).find((name) => existsSync(join(lib, name, 'libc.so.6')));
  return triplet === undefined ? undefined : join(lib, triplet);
}

/**
 * Fetches and unpacks the package beside the cache and moves it in place in one step: who looks sees all of it
 * or nothing, and of two runs at the same time one's work is used and the other's removed.
 */
async function bring(tell: (text: string) => void): Promise<NodeProgram> {
  const missing = aptMissing();
  if (missing !== undefined)
    throw new WayClosed(missing, 'only Debian, Ubuntu and their kin have apt; elsewhere use Docker or a bitcoind');
  const cache = cacheFolder();
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  const work = mkdtempSync(join(cache, WORK));
  try {
    tell(`fetching ${PACKAGE} from Debian (about 26 MB, once)`);
    const archives = await fetchPackages(work);
    const root = join(work, 'root');
    await unpack(archives, root);
    const place = join(cache, FOLDER);
    try {
      renameSync(root, place);
    } catch (error) {
      if (unpacked(place) === undefined) throw error; // else another run was first
    }
    const program = unpacked(place);
    if (program === undefined)
      throw new WayClosed(`Debian's ${PACKAGE} has no usable bitcoind for this machine`, 'use Docker or a bitcoind');
    return program;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Work of runs that were killed while they fetched. */
function removeAbandoned(cache: string): void {
  const old = Date.now() - ABANDONED_MS;
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith(WORK))) {
    const folder = join(cache, name);
    if ((statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? old) < old)
      rmSync(folder, { recursive: true, force: true });
  }
}

/** Paths of the `.deb` files, from the first mirror that gives them. */
async function fetchPackages(work: string): Promise<string[]> {
  const keyring = await debianKeyring(work);
  let last: unknown;
  for (const [index, mirror] of debianMirrors().entries()) {
    const state = writeAptState(join(work, `apt-${String(index)}`), mirror, keyring);
    try {
      return await download(state);
    } catch (error) {
      last = error;
    }
  }
  throw new WayClosed(
    `apt could not fetch ${PACKAGE}: ${last instanceof Error ? last.message : String(last)}`,
    OFFLINE_FIX,
    last,
  );
}

async function download(state: AptState): Promise<string[]> {
  await run(aptCommand(state, ['update']));
  await run(aptCommand(state, ['install', '--download-only', PACKAGE]));
  return readdirSync(state.archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(state.archives, name));
}

async function unpack(archives: string[], root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  for (const archive of archives) {
    const name = archive.slice(archive.lastIndexOf('/') + 1);
    if (!NOT_NEEDED.test(name)) await run(['dpkg-deb', '-x', archive, root]);
    if (name.startsWith(`${PACKAGE}_`)) writeFileSync(join(root, 'version'), `${packageVersion(archive)}\n`);
  }
}

function packageVersion(archive: string): string {
  return spawnSync('dpkg-deb', ['-f', archive, 'Version'], { encoding: 'utf8' }).stdout.trim();
}
