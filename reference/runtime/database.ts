/**
 * SQLite as a service keeps things in it: a write-ahead log, and one process, which holds the lock as long as the file is open
 * and so asks the system for none at each read. What cannot be read has the code MDT_STATE.
 */
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MdtError } from '../core/errors.ts';

/**
 * FULL where nobody else has what was said to be kept. NORMAL where a power cut may take the newest of it, since the chain has it
 * too, or whoever was given it can ask for another.
 */
export type Durability = 'FULL' | 'NORMAL';

/** Of the tables of every file. A file of another version is none of ours. */
const VERSION = 1;
/** How much of a write-ahead log stays in its file, in octets, and how many pages of 4,096 octets are in so much. */
const KEPT_LOG = 16 * 1024 * 1024;
const KEPT_PAGES = KEPT_LOG / 4_096;

/**
 * Opens a file, making it where there is none.
 * @throws MdtError MDT_STATE, `field` the name of the file
 */
export function openDatabase(path: string, tables: string, durability: Durability): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA journal_size_limit = ${KEPT_LOG}; PRAGMA wal_autocheckpoint = ${KEPT_PAGES}`,
    );
    expectWhole(database);
    database.exec(`BEGIN; ${tables}; PRAGMA user_version = ${VERSION}; COMMIT`);
    return database;
  } catch (cause) {
    database?.close();
    const name = basename(path);
    throw new MdtError('MDT_STATE', `${name} cannot be read: it is damaged, or none of ours`, {
      field: `/data_dir/${basename(dirname(path))}/${name}`,
      cause,
    });
  }
}

function expectWhole(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version !== 0 && version !== VERSION) throw new RangeError(`version ${version}`);
  const said = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (said !== 'ok') throw new RangeError(String(said));
}

/** All that `write` does, or nothing. */
export function inTransaction<T>(database: DatabaseSync, write: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = write();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** A BLOB as octets, without a copy. */
export function blob(value: unknown): Buffer {
  if (!(value instanceof Uint8Array))
    throw new MdtError('MDT_STATE', 'a column holds no octets', { field: '/data_dir' });
  return Buffer.from(value.buffer, value.byteOffset, value.length);
}
