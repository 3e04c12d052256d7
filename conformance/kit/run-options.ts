/** What a certification is asked for. */
import type { Chain, ChainOptions } from '../chain/start.ts';
import type { EventStream } from './events.ts';
import type { Target } from './manifest.ts';
import type { Narrowing } from './selection.ts';
import type { Shard } from './shards.ts';

export interface RunOptions extends Narrowing {
  readonly target: Target;
  readonly seed: string;
  /** A D-TA that stands in the place of the recorded entity, for a client to be asked about. */
  readonly counterpart?: Target;
  /** Revision of the specification, today's or a frozen one; today's where it is left out. */
  readonly revision?: string;
  readonly events: EventStream;
  readonly chain: ChainOptions;
  /** A node that stays up after the run, with the key of the kit's coins on it. */
  readonly node?: Chain;
  /** How many scenes at a time; as many as two cores bear where it is left out. */
  readonly parallel?: number;
  /** Exit 0 where nothing fails but what the manifest lists as known to; the verdict stays what it is. */
  readonly allowKnownFailing?: boolean;
  /** Whether the run ends with the first check that fails. */
  readonly bail?: boolean;
  /** Which part of the checks is judged, where others judge the rest. */
  readonly shard?: Shard;
  /** Whether scenes are staged to their end, as for all checks, though `only` names a few. */
  readonly whole?: boolean;
  /** When the run began, as performance.now() tells it; 0 is the start of the process. */
  readonly began?: number;
}
