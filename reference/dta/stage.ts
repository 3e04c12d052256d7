/** Where the ceremony stands after what could be done was done. */
import type { GuardedTip } from '../chain/chain-guard.ts';
import type { BirthPlace } from './publication.ts';

export type Stage =
  /** Coin is needed: `address` and the satoshi still missing. */
  | { readonly at: 'unfunded'; readonly address: string; readonly missingSat: number }
  /** `detail` says what for. */
  | { readonly at: 'waiting'; readonly detail: string }
  /** The BIRTH has `policy.confirmations` under `tip`. */
  | ({ readonly at: 'born'; readonly tip: GuardedTip } & BirthPlace);
