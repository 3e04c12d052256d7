/**
 * What the files of a log ask of a disk. One that is full says so at a write, and goes on when there is room; of one that
 * failed to sync nobody knows what it has, whatever it says afterwards, so nothing is written to it any more.
 */
import { fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { MdtError } from '../core/errors.ts';
import { SyncThread } from './sync-thread.ts';

export interface Disk {
  /** @returns octets that were written, which may be fewer */
  write(descriptor: number, octets: Uint8Array, offset: number, length: number, position: number): number;
  truncate(descriptor: number, length: number): void;
  /** Resolves when the disk has what was written. */
  sync(descriptor: number): Promise<void>;
  syncNow(descriptor: number): void;
}

const thread = new SyncThread();

export const DISK: Disk = {
  write: writeSync,
  truncate: ftruncateSync,
  sync: async (descriptor) => thread.sync(descriptor),
  syncNow: fdatasyncSync,
};

/**
 * Opens a file of the log, which only its user may read.
 * @throws MdtError MDT_STATE, whose `field` names the file
 */
export function openOwn(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o600);
  } catch (cause) {
    const name = basename(path);
    throw new MdtError('MDT_STATE', `${name} of the log cannot be opened (${codeOf(cause)})`, {
      field: `/data_dir/log/${name}`,
      cause,
    });
  }
}

/** A disk failed to sync: the process has to end, and what is on disk is looked at anew by the next one. */
export class SyncFailure extends MdtError {
  constructor(cause: unknown) {
    super('MDT_STATE', `the disk failed to keep what was written (${codeOf(cause)})`, { field: '/data_dir', cause });
  }
}

const NO_ROOM: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Whether a write failed for want of room, by itself or by what caused it. */
export function isNoRoom(error: unknown): boolean {
  if (NO_ROOM.includes(codeOf(error))) return true;
  return error instanceof Error && error.cause !== undefined && isNoRoom(error.cause);
}

export function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : 'unknown';
}
