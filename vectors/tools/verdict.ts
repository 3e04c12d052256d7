/** vectors/verdict.json: whole verifications against the reader's own headers, pins and memory (spec 7.3, 7.4, 7.6). */
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { canaryVerdicts } from './canary-verdicts.ts';
import { datedCanaries } from './dated-canaries.ts';
import { otherVerdicts } from './other-verdicts.ts';
import { verifiedEntities } from './verified-entities.ts';
import { VectorBuilder } from './vector-builder.ts';

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'verdict',
    source:
      'the chain that bitcoind mined (vectors/sources/regtest-chain.json), its headers, and branches of it made under the regtest target',
    header: [
      'verdict: go through the procedure of 7.3 and give the verdict. `hosted` is what the server at `url` answers (absent: nothing came); or `bundle` is verified off line.',
      '`sources` give their headers from the checkpoint on; `known` is what the reader remembers; `now` is its clock, `confirmations` its own policy.',
      '`earlier` are headers of a source up to the checkpoint; where no source has what the records name, the reader cannot tell.',
      '`canary`: it is asked for, and `known` are the STATUSes of an earlier verification; `statuses` are those that the server answers, or the bundle holds (absent: none came).',
      'Of VERIFIED, UNPINNED and RETIRED, and of ACTIVE, STALE and TRIPPED by the canary, everything is expected, and what the reader `remembers` afterwards; of other verdicts the word and the code.',
    ],
    notes: {
      Pin: {
        bugType: 'AUTHENTICATION',
        description: 'An anchor proves no identity: the reader expects somebody, or not.',
      },
      Source: {
        bugType: 'AVAILABILITY',
        description: 'What any network attacker can cause says nothing about the entity.',
      },
      Altered: { bugType: 'INTEGRITY', description: 'The key of the record signed another one in its place.' },
      Depth: { bugType: 'EDGE_CASE', description: 'At or below the greater of two policies.' },
      Chain: { bugType: 'EQUIVOCATION', description: 'Whose headers, and which of them have most work.' },
      Time: { bugType: 'EDGE_CASE', description: 'The two ends of the bracket.' },
      Life: { bugType: 'MISSING_STEP', description: 'Successors and the end.' },
      Bundle: { bugType: 'MISSING_STEP', description: 'Off line, from what was saved.' },
      Earlier: { bugType: 'MISSING_STEP', description: 'Blocks below the checkpoint of the reader.' },
      Canary: { bugType: 'MISSING_STEP', description: 'What the canary makes of VERIFIED.' },
      Refusal: {
        bugType: 'INTEGRITY',
        description: 'A refusal of an earlier chapter reaches the verdict with its code.',
      },
    },
  })
    .group({ type: 'verdict', source: 'vectors/sources/regtest-chain.json' }, verifiedEntities)
    .group({ type: 'verdict', source: 'vectors/sources/regtest-chain.json' }, otherVerdicts)
    .group({ type: 'verdict', source: 'vectors/sources/regtest-chain.json' }, canaryVerdicts)
    .group({ type: 'verdict', source: 'vectors/sources/regtest-chain.json' }, datedCanaries)
    .build();
}
