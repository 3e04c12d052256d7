/** The data directory of a service: private to its user (MDT-SEC-004), and used by one process at a time. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MdtError } from '../core/errors.ts';

const LOCK_FILE = 'lock';
/** SQLite's SQLITE_BUSY. */
const SQLITE_BUSY = 5;

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
      mkdirSync(path, { recursive: true, mode: 0o700 });
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
  read(name: string): Buffer | undefined {
    try {
      return readFileSync(join(this.#path, name));
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined;
      throw new MdtError('MDT_STATE', `${name} cannot be read (${codeOf(cause)})`, { field: '/data_dir', cause });
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
  closeSync(openSync(path, 'a', 0o600));
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
function syncFolder(path: string): void {
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
