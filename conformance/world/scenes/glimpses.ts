/** How a log and its chain grow, by the clock of this machine: the chain's own time may be ahead of it, and what documents say of it with it. */
import { setTimeout } from 'node:timers/promises';
import type { Subject } from '../subject.ts';
import { seqIn, type LogPlaces } from './log-looking.ts';

export interface Glimpse {
  /** Before it was asked for, by Date.now(). */
  readonly at: number;
  readonly tip: number;
  /** Number of the newest root. Absent where none was answered. */
  readonly newestRoot?: number;
}

const EVERY_MS = 500;

/** Looks again and again until it is told to end, and gives what it saw. */
export function keepGlimpsing(subject: Subject, { log = '' }: LogPlaces): { end(): Promise<Glimpse[]> } {
  const over = new AbortController();
  const look = async (): Promise<Glimpse[]> => {
    const glimpses: Glimpse[] = [];
    while (!over.signal.aborted) {
      const at = Date.now();
      const tip = await subject.tipHeight();
      const newestRoot = seqIn(await subject.http(`${log}/root`), 'activity_root');
      glimpses.push({ at, tip, ...(newestRoot !== undefined && { newestRoot }) });
      await setTimeout(EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
    return glimpses;
  };
  const looked = look();
  looked.catch(() => undefined); // of one that is given up the scene itself learns
  return {
    end: async () => {
      over.abort();
      return looked;
    },
  };
}
