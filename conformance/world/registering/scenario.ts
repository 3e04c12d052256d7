/** What a client is shown of a registration of its own: each scenario differs from an honest relay in one thing. */
import type { GetRegistrationResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { PatSignedStatement } from '../../../reference/gen/schemas.ts';
import type { Expectation } from '../network/scenario.ts';
import type { Snapshot } from '../relay-double/chain-view.ts';
import type { Mode } from '../relay-double/registrations.ts';
import type { Registering } from './open-registering.ts';

/** A signed statement that a relay keeps. */
export interface Kept {
  readonly signed: PatSignedStatement;
  readonly id: string;
  readonly mode: Mode;
}

/** What the kit has had anchored beside what the client had registered. */
export interface Beside {
  /** IDs of what somebody else had registered: in the batch that the client is in, and DIRECT. */
  readonly batched: string;
  readonly direct: string;
  /** A batch that the client is not in, and the path of its first leaf. */
  readonly without: { readonly txid: string; readonly path: readonly Buffer[] };
}

/** All that a scenario may be made of. */
export interface Given {
  readonly world: Registering;
  readonly chain: Snapshot;
  readonly own: Kept;
  readonly beside: Beside;
  /** Of a scenario that alters it: the transaction whose signature differs in one bit from the client's. */
  readonly altered: string;
  /** What the honest relay says of the client's registration and of those beside it. */
  readonly honest: GetRegistrationResponse;
  readonly ofBatched: GetRegistrationResponse;
  readonly ofDirect: GetRegistrationResponse;
}

/** What of the question is another one than the honest one. */
export interface Asked {
  readonly signed?: PatSignedStatement;
  readonly subjectKey?: string;
  readonly statementDigest?: string;
  readonly confirmations?: number;
}

export interface Scenario {
  readonly id: string;
  readonly comment: string;
  readonly requirement: string;
  readonly mode: Mode;
  /** Whether a signature that differs in one bit is anchored, too. */
  readonly alters?: boolean;
  /** Freshness of a statement that the kit makes itself, in the place of one of the client's. */
  readonly freshness?: (chain: Snapshot) => { height: number; hash: string };
  /** What the relay answers; the truth where it is not given. `undefined`: nobody answers. */
  readonly answer?: (given: Given) => GetRegistrationResponse | undefined;
  readonly asked?: (given: Given) => Asked;
  readonly expected: Expectation;
}

export function rejected(code: string): Expectation {
  return { verdict: 'REJECTED', code };
}

export function doubted(code: string): Expectation {
  return { verdict: 'UNKNOWN', code };
}
