/** A fault in what a root or a STATUS says of its chain and of when it was written. */
import type { Fault, Tools } from '../fault.ts';

interface Block {
  readonly height: number;
  readonly hash: string;
}

export interface Moment {
  readonly chain: { readonly genesis: string; readonly checkpoint: Block };
  readonly created: string;
  readonly freshness: Block;
  /** Of a root, in seconds since 1970. */
  readonly period?: { readonly end: number };
}

const WRITERS = { 'activity-root': 'writeActivityRoot', status: 'writeStatus' };

/** @param change gives the members instead; it has done so wherever it is called */
export function changedMoment(
  of: keyof typeof WRITERS,
  change: (moment: Moment) => Partial<Moment>,
): Fault['replaces'] {
  return {
    [`reference/core/${of}.ts`]: {
      [WRITERS[of]]: (original: (moment: Moment) => object, tools: Tools) => (moment: Moment) => {
        tools.fired();
        return original({ ...moment, ...change(moment) });
      },
    },
  };
}
