/** Where the ceremony stands after what could be done was done. */
import type { GuardedTip } from '../chain/chain-guard.ts';
import type { RecordInForce } from './record-in-force.ts';

export type Stage =
  /** Coin is needed for the birth: `address` and the satoshi still missing. */
  | Unfunded
  /** `detail` says what for. */
  | { readonly at: 'waiting'; readonly detail: string }
  | Born;

export interface Unfunded {
  readonly at: 'unfunded';
  readonly address: string;
  readonly missingSat: number;
}

/** The BIRTH has `policy.confirmations` under `tip`. */
export interface Born {
  readonly at: 'born';
  readonly tip: GuardedTip;
  readonly inForce: RecordInForce;
  /** Which key the next anchor is signed by, and its address, where coin is paid to. */
  readonly generation: number;
  readonly address: string;
  /** No anchor is unconfirmed, and none waits but for the reserve. */
  readonly idle: boolean;
  /** A successor or the end is declared and not in force yet. */
  readonly declared?: true;
  /** What keeps a declared SUCCESSOR or RETIRE from being anchored. */
  readonly lacks?: Unfunded | { readonly at: 'waiting'; readonly detail: string };
  /** Nothing can be anchored any more: the anchor key is in other hands. */
  readonly stolen?: true;
  /** Heartbeats are not anchored, so that the reserve is kept. */
  readonly heartbeatsStopped?: true;
}
