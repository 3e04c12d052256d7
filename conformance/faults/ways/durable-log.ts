/** A fault in the entries of a log, or in what is made of them: the log is opened as it is, and then one of its methods is another. */
import type { Fault, Tools } from '../fault.ts';

export interface Appended {
  index: number;
  leafHash: Uint8Array;
}

export interface Log {
  readonly size: number;
  append(entry: Uint8Array): Promise<Appended>;
  root(size: number): Uint8Array;
  inclusionProof(index: number, size: number): Uint8Array[];
  consistencyProof(first: number, second: number): Uint8Array[];
  tileOctets(tile: { level: number | 'entries'; index: number; width: number }): Uint8Array | undefined;
}

type Open = (folder: string, head?: unknown) => Promise<Log>;

/** @param change is given the log as it was opened, and changes it */
export function changedLog(change: (log: Log, tools: Tools) => void): Fault['replaces'] {
  return openedLog(async (open, tools) => {
    const log = await open();
    change(log, tools);
    return log;
  });
}

/** @param opened opens the log in its own way; `open` is how it should be done, `unchecked` without the signed head */
export function openedLog(
  opened: (open: (unchecked?: 'unchecked') => Promise<Log>, tools: Tools, folder: string) => Promise<Log>,
): Fault['replaces'] {
  return {
    'reference/log/durable-log.ts': {
      DurableLog: (original: { open: Open }, tools: Tools) => ({
        open: async (folder: string, head?: unknown) =>
          opened(async (unchecked) => original.open(folder, unchecked ? undefined : head), tools, folder),
      }),
    },
  };
}
