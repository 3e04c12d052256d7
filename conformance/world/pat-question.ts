/** One question to a client under test, with what it should answer. */
import type { PatRequest } from '../../reference/gen/schemas.ts';

export interface Question {
  /** File and number of the vector, for the report alone. */
  readonly vector: string;
  readonly comment: string;
  /** Requirements that the vector lists. */
  readonly requirements: readonly string[];
  readonly request: Omit<PatRequest, 'id'>;
  readonly expected: Expected;
}

export interface Expected {
  readonly verdict: string;
  readonly code?: string;
  readonly entity_id?: string;
  readonly digest?: string;
  readonly existed_after?: string;
  readonly existed_before?: string;
  readonly confirmations?: number;
  readonly headers?: { readonly tip?: { readonly hash: string } };
}
