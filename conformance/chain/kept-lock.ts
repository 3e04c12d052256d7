/**
 * One run at a time on a node that is kept: two would mine into each other's scenes and spend each other's coins. The lock
 * is SQLite's own on an empty file, an advisory lock of the system: it is gone with the process that held it, however that
 * ended, where a file with a process ID would have to be guessed stale. The ID stands beside it, for the message only.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { WayClosed } from './chain.ts';

/** SQLite's SQLITE_BUSY. */
const SQLITE_BUSY = 5;
/** A lock that nobody refers to would be given back when garbage is collected. */
const held = new Set<DatabaseSync>();

/**
 * Keeps other runs off until the function given back is called, or this process ends.
 * @param base path that the names of both files begin with, in a folder of this user
 * @throws WayClosed where another run has it, with the ID of its process
 */
export function lockKept(folder: string, base: string): () => void {
  mkdirSync(folder, { recursive: true });
  const owner = `${base}.pid`;
  const lock = new DatabaseSync(`${base}.lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw cause;
    const what = `another run${ownerOf(owner)} uses the node that is kept`;
    throw new WayClosed(what, 'wait until it has ended, or leave --chain out for a node of your own', cause);
  }
  held.add(lock);
  writeFileSync(owner, `${String(process.pid)}\n`, { mode: 0o600 });
  return () => {
    rmSync(owner, { force: true });
    lock.close();
    held.delete(lock);
  };
}

/** ` (process 123)`; nothing in the moment before it is written. */
function ownerOf(file: string): string {
  try {
    const pid = readFileSync(file, 'utf8').trim();
    return /^\d+$/.test(pid) ? ` (process ${pid})` : '';
  } catch {
    return '';
  }
}
