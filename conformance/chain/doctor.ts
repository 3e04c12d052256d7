/** What a machine has of what the kit needs, and how to get what it has not: `milagro-trust doctor`. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { BROWSER_FIX, findBrowser } from '../world/openid/browser.ts';
import { aptMissing } from './apt.ts';
import { DEFAULT_IMAGE, LOCAL_IMAGE, localImage } from './container.ts';
import { cacheFolder, unpacked } from './debian.ts';
import { dockerAnswers } from './docker.ts';
import { freePorts } from './free-ports.ts';
import { findBitcoind, versionOf } from './process.ts';

export interface Finding {
  id: 'node' | 'docker' | 'image' | 'bitcoind' | 'apt' | 'debian-package' | 'cache' | 'disk' | 'ports' | 'browser';
  ok: boolean;
  /** What was found. */
  what: string;
  /** What brings it, where it is not `ok`. */
  fix?: string;
  /** Without it nothing runs; the others are ways to a bitcoind, of which one is enough. */
  needed: boolean;
}

/** The oldest Node that the packages of the kit run on (`engines` in package.json). */
const NODE = [22, 22] as const;
/** A run writes some 20 MB; the package takes 26 MB to fetch and 55 MB unpacked. */
const DISK_MB = 300;

/** Looks at everything; nothing is started, fetched or changed. */
export async function examine(): Promise<Finding[]> {
  return [
    nodeVersion(),
    await bitcoind(),
    await docker(),
    await image(),
    apt(),
    debianPackage(),
    cache(),
    disk(),
    await ports(),
    browser(),
  ];
}

/** Whether a certification could run here: all that is needed is there, and at least one way to a bitcoind. */
export function isReady(findings: Finding[]): boolean {
  const ok = (id: Finding['id']): boolean => findings.some((finding) => finding.id === id && finding.ok);
  const way = ok('bitcoind') || ok('docker') || ok('debian-package') || ok('apt');
  return way && findings.every((finding) => finding.ok || !finding.needed);
}

/** Whether the first run has to fetch a bitcoind, which nobody knows beforehand to be possible. */
export function hasToFetch(findings: Finding[]): boolean {
  const here = ['bitcoind', 'image', 'debian-package'];
  return !findings.some(({ id, ok }) => ok && here.includes(id));
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return finding(
    'node',
    ok,
    `Node ${process.versions.node}`,
    `Node ${NODE.join('.')} or newer is needed; in a checkout, \`make setup\` brings it`,
    true,
  );
}

async function bitcoind(): Promise<Finding> {
  const path = findBitcoind();
  const version = path === undefined ? undefined : await versionOf({ command: path, args: [], source: path });
  const what = path === undefined ? 'no bitcoind by BITCOIND or in PATH' : `${path}: ${version ?? 'does not run'}`;
  return finding('bitcoind', version !== undefined, what, 'install Bitcoin Core or Knots, or set BITCOIND to its path');
}

async function docker(): Promise<Finding> {
  const ok = await dockerAnswers();
  return finding(
    'docker',
    ok,
    ok ? 'the Docker daemon answers' : 'no Docker daemon answers',
    'start Docker and let this user reach it (`docker info` must work)',
  );
}

async function image(): Promise<Finding> {
  const found = await localImage();
  const what = found === undefined ? `neither ${LOCAL_IMAGE} nor ${DEFAULT_IMAGE} is here` : `image ${found}`;
  return finding(
    'image',
    found !== undefined,
    what,
    `\`make chain-image\` builds one from Debian's package, \`docker pull ${DEFAULT_IMAGE}\` brings one`,
  );
}

function apt(): Finding {
  const missing = aptMissing();
  return finding(
    'apt',
    missing === undefined,
    missing ?? 'apt-get and dpkg-deb',
    'only Debian, Ubuntu and their kin have apt; elsewhere use Docker or a bitcoind',
  );
}

function debianPackage(): Finding {
  const program = unpacked();
  const what = program?.source ?? `Debian's bitcoind is not in ${cacheFolder()}`;
  return finding(
    'debian-package',
    program !== undefined,
    what,
    'the first run with `--chain debian` fetches it (26 MB)',
  );
}

function cache(): Finding {
  const folder = cacheFolder();
  // The folder itself is made by whoever needs it; here its nearest parent that exists is what counts.
  let standing = folder;
  while (!existsSync(standing) && dirname(standing) !== standing) standing = dirname(standing);
  const ok = statSync(standing).isDirectory() && attempt(() => accessSync(standing, constants.W_OK));
  return finding(
    'cache',
    ok,
    `${folder} ${ok ? 'can be written' : 'cannot be written'}`,
    'set XDG_CACHE_HOME to a folder that can be written',
  );
}

function disk(): Finding {
  const folders = [tmpdir(), cacheFolder()].filter((folder) => existsSync(folder));
  const free = folders.map((folder) => ({ folder, mb: megabytesFree(folder) }));
  const least = free.reduce((a, b) => (b.mb < a.mb ? b : a), free[0] ?? { folder: tmpdir(), mb: 0 });
  const fix = `free ${String(DISK_MB)} MB there, or set TMPDIR and XDG_CACHE_HOME elsewhere`;
  return finding('disk', least.mb >= DISK_MB, `${String(least.mb)} MB free in ${least.folder}`, fix, true);
}

async function ports(): Promise<Finding> {
  const ok = await freePorts(4).then(
    () => true,
    () => false,
  );
  return finding(
    'ports',
    ok,
    ok ? 'ports of 127.0.0.1 can be bound' : 'no port of 127.0.0.1 can be bound',
    'allow this user to listen on 127.0.0.1',
    true,
  );
}

/** People of the kit log in at an IdP with it; nothing else needs one. */
function browser(): Finding {
  const path = findBrowser();
  return finding('browser', path !== undefined, path ?? 'no Chromium, which an IdP is certified with', BROWSER_FIX);
}

function finding(id: Finding['id'], ok: boolean, what: string, fix: string, needed = false): Finding {
  return ok ? { id, ok, what, needed } : { id, ok, what, fix, needed };
}

function megabytesFree(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1e6);
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
