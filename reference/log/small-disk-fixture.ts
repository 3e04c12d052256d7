/** For tests: a disk that runs full, or fails, when a test says so. */
import { DISK, type Disk } from './disk.ts';

function failing(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A disk with so much room, of which each write takes its part; or one that fails to sync. */
export class SmallDisk implements Disk {
  /** Octets. */
  room: number = Infinity;
  syncs: boolean = true;
  truncates: boolean = true;
  write(...[descriptor, octets, offset, length, position]: Parameters<Disk['write']>): number {
    if (this.room === 0 && length > 0) throw failing('ENOSPC');
    const written = DISK.write(descriptor, octets, offset, Math.min(length, this.room), position);
    this.room -= written;
    return written;
  }
  truncate(descriptor: number, length: number): void {
    if (!this.truncates) throw failing('EIO');
    DISK.truncate(descriptor, length);
  }
  async sync(descriptor: number): Promise<void> {
    if (!this.syncs) throw failing('EIO');
    return DISK.sync(descriptor);
  }
  syncNow(descriptor: number): void {
    if (!this.syncs) throw failing('EIO');
    DISK.syncNow(descriptor);
  }
}
