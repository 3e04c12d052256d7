/** Chapter 3.1, Record, of successors: what is asked of every record, looked at in those that a target has gone on with. */
import { check, type Suite } from '../kit/check.ts';
import { Untestable } from '../kit/expect.ts';
import type { SuccessionSeen } from '../world/scenes/succession.ts';
import { recordsOf } from './lineage-view.ts';
import {
  hasTwoEd25519Keys,
  issuerIs,
  isValidRecord,
  keysArePoints,
  keysDiffer,
  masterKeyIsOfSubgroup,
  namesPlaceOf,
  policyIs,
  possessionIsProven,
  type PlacedRecord,
} from './record-view.ts';

type Look = (placed: PlacedRecord, configured: SuccessionSeen['configuration']) => void | Promise<void>;

const LOOKS: readonly { requirement: string; title: string; quote: string; look: Look }[] = [
  {
    requirement: 'MDT-REC-001',
    title: 'a successor record is valid against its schema',
    quote: 'MUST be valid against `schemas/birth-record.schema.json`',
    look: isValidRecord,
  },
  {
    requirement: 'MDT-REC-005',
    title: 'a successor record has the issuer that is configured',
    quote: 'MUST be an `https` URI without query or fragment',
    look: (placed, configured) => issuerIs(placed, configured.public.issuer),
  },
  {
    requirement: 'MDT-REC-006',
    title: 'a successor record names its own place',
    quote: '`issuer` followed by `/.well-known/milagro-birth-record`',
    look: (placed) => namesPlaceOf('birth_record', '/.well-known/milagro-birth-record', placed),
  },
  {
    requirement: 'MDT-REC-007',
    title: 'a successor record names the place of the metadata',
    quote: '`issuer` followed by `/.well-known/milagro-dta`',
    look: (placed) => namesPlaceOf('metadata', '/.well-known/milagro-dta', placed),
  },
  {
    requirement: 'MDT-REC-008',
    title: 'a successor names three different keys of secp256k1, and promises none that it has',
    quote: 'MUST be three different secp256k1 keys',
    look: (placed) => {
      keysArePoints(placed);
      keysDiffer(placed);
    },
  },
  {
    requirement: 'MDT-REC-009',
    title: 'log and directory key of a successor are two Ed25519 keys',
    quote: 'two different Ed25519 public keys',
    look: hasTwoEd25519Keys,
  },
  {
    requirement: 'MDT-REC-010',
    title: 'the master public key of a successor is a point of the subgroup',
    quote: 'a compressed point of the prime-order subgroup of BLS12-381 G2',
    look: masterKeyIsOfSubgroup,
  },
  {
    requirement: 'MDT-REC-011',
    title: 'a successor proves possession of the master key for its new anchor key',
    quote: "MUST be `s · H1'(master_public_key ‖ keys.anchor)`",
    look: possessionIsProven,
  },
  {
    requirement: 'MDT-REC-013',
    title: 'a successor record has the policy that is configured',
    quote: 'the values that the entity is configured with',
    look: (placed, configured) => policyIs(placed, configured.policy),
  },
];

const checks = LOOKS.map(({ requirement, title, quote, look }) =>
  check(requirement, 'successor', title, { quote, scenes: ['succession'], feature: 'successor' }, async ({ seen }) => {
    const { configuration } = seen.succession;
    for (const placed of successorsOf(seen.succession)) await look(placed, configuration);
  }),
);

/** Every successor record that was shown, those that others have followed included. */
function successorsOf({ after, second }: SuccessionSeen): PlacedRecord[] {
  const shown = second ?? after;
  if (!shown) throw new Untestable('no successor came into force');
  const [, ...successors] = recordsOf(shown.record, 'the successor record');
  if (successors.length === 0) throw new Untestable('no predecessor is shown (MDT-REC-019)');
  return successors;
}

export const successorRecord: Suite = { chapter: '03-birth-record-and-hosting', checks };
