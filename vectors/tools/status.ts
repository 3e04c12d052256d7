/** vectors/status.json: the canary, from STATUSes that are shown and known to a state and its code (spec 9.3). */
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { statusQuestions } from './status-questions.ts';
import { VectorBuilder } from './vector-builder.ts';

const SOURCE = 'written and signed with json-canonicalize, OpenSSL and noble-curves';

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'status',
    source: SOURCE,
    header: [
      'canary: the state of 9.3 and its code. Record and lineage are verified; `records` says of each record of the entity, the last one being in force, its digest, `keys.status` and `policy.canary_max_age_seconds`.',
      '`shown` are the STATUSes of an answer, each as it is hosted; none, where nothing came. `known` are those that the reader had verified before; `now` is its time.',
    ],
    notes: {
      Time: { bugType: 'EDGE_CASE', description: 'At a bound, and a second beyond it.' },
      Code: { bugType: 'MISSING_STEP', description: 'A code is missing, now or once.' },
      Order: { bugType: 'EQUIVOCATION', description: 'Numbers and digests that lead from one STATUS to the next.' },
      Gap: { bugType: 'EDGE_CASE', description: 'A silence that was longer than promised.' },
      Doubt: { bugType: 'AVAILABILITY', description: 'An answer that says nothing, neither good nor bad.' },
      Known: { bugType: 'MISSING_STEP', description: 'What a reader has seen, it has seen.' },
      Successor: { bugType: 'EDGE_CASE', description: 'A new record, with new keys, is a new statement.' },
    },
  })
    .group({ type: 'canary', source: SOURCE }, statusQuestions)
    .build();
}
