/** The data directory of a service: private to its user (MDT-SEC-004), and used by one process at a time. */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MdtError } from '../core/errors.ts';

const LOCK_FILE = 'lock';
/** SQLite's SQLITE_BUSY. */
const SQLITE_BUSY = 5;
/** Far above what a service keeps; a larger file is none of ours, and is not read into memory. */
const MAX_FILE_OCTETS = 64 * 1024 * 1024;
/** Opening must neither wait, as that of a FIFO does, nor lead out of the folder. */
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

export class DataDirectory {
  readonly #path: string;
  readonly #lock: DatabaseSync;

  /**
   * Opens the directory, making it where there is none, and locks it for the life of this process.
   * @throws MdtError MDT_STATE where it cannot be used or another process uses it
   */
  constructor(path: string) {
    this.#path = path;
    try {
      makeFolder(path);
      chmodSync(path, 0o700);
      this.#lock = takeLock(join(path, LOCK_FILE));
    } catch (cause) {
      if (cause instanceof MdtError) throw cause;
      throw new MdtError('MDT_STATE', `the data directory cannot be used (${codeOf(cause)})`, {
        field: '/data_dir',
        cause,
      });
    }
  }

  /** Octets of a file, `undefined` where there is none. */
  read(name: string, maxOctets: number = MAX_FILE_OCTETS): Buffer | undefined {
    try {
      return readRegular(join(this.#path, name), maxOctets);
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined;
      throw new MdtError('MDT_STATE', `${name} cannot be read (${codeOf(cause)})`, { field: '/data_dir', cause });
    }
  }

  /**
   * Path of a folder inside, which is made where it is not there.
   * @throws MdtError MDT_STATE
   */
  folder(name: string): string {
    const path = join(this.#path, name);
    try {
      makeFolder(path);
      chmodSync(path, 0o700);
      syncFolder(this.#path);
      return path;
    } catch (cause) {
      throw new MdtError('MDT_STATE', `${name} cannot be used (${codeOf(cause)})`, { field: '/data_dir', cause });
    }
  }

  /** Replaces a file as a whole: after a crash at any moment there is the old one or the new one. */
  replace(name: string, octets: Uint8Array): void {
    const target = join(this.#path, name);
    const temporary = `${target}.new`;
    try {
      rmSync(temporary, { force: true }); // of a life that ended in the middle
      writeDurably(temporary, octets);
      renameSync(temporary, target);
      syncFolder(this.#path);
    } catch (cause) {
      throw new MdtError('MDT_STATE', `${name} cannot be written (${codeOf(cause)})`, { field: '/data_dir', cause });
    }
  }

  /** Lets another process use the directory. The system does the same when this one ends in whatever way. */
  close(): void {
    this.#lock.close();
  }
}

/**
 * The lock is SQLite's own on an empty file: an advisory lock of the system, which a `kill -9` releases,
 * where a file with a process ID would have to be guessed stale.
 */
function takeLock(path: string): DatabaseSync {
  expectRegular(path);
  closeSync(openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600));
  chmodSync(path, 0o600);
  const lock = new DatabaseSync(path);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw cause;
    throw new MdtError('MDT_STATE', 'another process uses the data directory', { field: '/data_dir' });
  }
}

/** Not Node's `recursive`, which never ends where a parent is there and takes no folder, as /proc does. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, 0o700);
  } catch (cause) {
    const parent = dirname(path);
    if (codeOf(cause) === 'ENOENT' && parent !== path) {
      makeFolder(parent);
      mkdirSync(path, 0o700);
    } else if (codeOf(cause) !== 'EEXIST' || !statSync(path).isDirectory()) throw cause;
  }
}

/** What opening alone can do harm to, a device say, is not opened. */
function expectRegular(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw Object.assign(new Error('no regular file'), { code: 'no regular file' });
}

function readRegular(path: string, maxOctets: number): Buffer {
  expectRegular(path);
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    if (size > maxOctets) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function writeDurably(path: string, octets: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    let written = 0;
    while (written < octets.length) written += writeSync(file, octets, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A rename is durable once its folder is. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
