/** The folder that a report goes to: made where it is not there, and tried before anything is started. */
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { KitError } from './kit-error.ts';

/** What is rendered from the stream of events, beside it. */
export const REPORTS: readonly string[] = ['report.json', 'report.html', 'junit.xml'];
export const EVENTS = 'events.jsonl';

/**
 * Makes `folder`, an absolute path, and shows that files can be written into it.
 * @throws KitError MDT_KIT_USAGE, field --report
 */
export function openReportFolder(folder: string): void {
  try {
    make(folder);
    rmdirSync(mkdtempSync(join(folder, '.trial-'))); // permissions alone say little: of root, of read-only and of virtual file systems
    for (const name of [EVENTS, ...REPORTS])
      if (statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true)
        throw new Error(`${name} is a folder there`);
    tryEvents(join(folder, EVENTS));
    for (const name of REPORTS) tryReport(join(folder, name));
  } catch (cause) {
    throw notWritten(folder, cause);
  }
}

/** The error for what cannot be written, or not replaced: a report or the folder of all. */
export function notWritten(path: string, cause: unknown): KitError {
  const what = `${path} cannot be written to: ${(cause as Error).message}`;
  return new KitError('MDT_KIT_USAGE', what, { field: '--report', cause });
}

/** Takes an earlier report away. @throws KitError MDT_KIT_USAGE, field --report */
export function removeReport(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

/** One that may not be written may still be replaced; one that is immutable (chattr(1)) may not, and only that is EPERM for everybody. */
function tryReport(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return;
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') throw error;
  }
}

/** What is no file, a FIFO that nobody reads say, would hold the kit up, or lead elsewhere: it is taken away, as that in a report's place is. */
function tryEvents(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isFile()) closeSync(openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  else rmSync(path);
}

/** Level by level: Node's own way of making all of them goes round for ever in `/proc`, which has room for none. */
function make(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(folder) !== folder) make(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
