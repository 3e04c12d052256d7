/** A target may leave what `rm` of Node cannot remove: directories that forbid it, and paths longer than the system takes. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';

/** For a folder of whatever size. */
const TIMEOUT_MS = 20_000;

/** Removes `folder` and all in it. What cannot be removed even so stays: that is no fault of a run. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    // Both commands go down directory by directory, so no path is too long for them; neither follows links.
    const script = 'chmod -R u+rwx -- "$1"; rm -rf -- "$1"';
    await new Promise<void>((resolve) => {
      execFile('/bin/sh', ['-c', script, 'remove-folder', folder], { timeout: TIMEOUT_MS }, () => resolve());
    });
  }
}
