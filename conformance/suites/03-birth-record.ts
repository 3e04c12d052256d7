/** Chapter 3.1, Record: what a Birth Record says, and that it goes on saying it. */
import { check, type Suite } from '../kit/check.ts';
import { equal, Untestable } from '../kit/expect.ts';
import { sha256 } from '../oracle/digest.ts';
import { pointOf } from '../oracle/signature.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';
import { birthPayload } from './anchor-view.ts';
import { HostedView, hostedOf } from './hosted-view.ts';
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

const scenes = ['birth'] as const;

const identity: Suite['checks'] = [
  check(
    'MDT-REC-001',
    'schema',
    'the record is valid against its schema',
    { quote: 'MUST be valid against `schemas/birth-record.schema.json`', scenes },
    ({ seen }) => isValidRecord(firstOf(seen.birth)),
  ),
  check(
    'MDT-REC-002',
    'immutable',
    'the record has the same octets in every life',
    { quote: 'MUST NOT change once its digest is anchored', scenes, negative: true },
    ({ seen }) => {
      const first = hostedOf(seen.birth).octets.toString('utf8');
      if (seen.birth.later.length === 0) throw new Untestable('the target did not serve its record again');
      for (const [index, result] of [seen.birth.deep?.result, ...seen.birth.later].entries()) {
        equal(
          new HostedView(result).octets.toString('utf8'),
          first,
          `the record when it was fetched again (${String(index + 1)})`,
          '/birth_record',
        );
      }
    },
  ),
  check(
    'MDT-REC-003',
    'anchored',
    'the BIRTH holds the digest of the record',
    { quote: 'MUST be the digest of that record', scenes },
    ({ seen }) => {
      const anchored = birthPayload(seen.birth).digest;
      for (const result of [seen.birth.hosted?.record, ...seen.birth.later]) {
        equal(anchored, new HostedView(result).stated.toString('hex'), 'the digest in the BIRTH', 'payload offset 15');
      }
    },
  ),
  check(
    'MDT-REC-004',
    'role',
    'the role is the one that was configured, and the BIRTH says the same',
    { quote: 'agree with the role octet of its BIRTH', scenes },
    ({ seen, world }) => {
      equal(hostedOf(seen.birth).record.role, world.target.manifest.role, 'the role', '/role');
      equal(birthPayload(seen.birth).role, world.target.manifest.role, 'the role in the BIRTH', 'payload offset 14');
    },
  ),
];

const addresses: Suite['checks'] = [
  check(
    'MDT-REC-005',
    'issuer',
    'the issuer is a URI of the form that the chain allows',
    { quote: 'MUST be an `https` URI without query or fragment', scenes },
    ({ seen }) => issuerIs(firstOf(seen.birth), seen.birth.configuration.public.issuer),
  ),
  check(
    'MDT-REC-006',
    'record-uri',
    'the record names its own place',
    { quote: '`issuer` followed by `/.well-known/milagro-birth-record`', scenes },
    ({ seen }) => namesPlaceOf('birth_record', '/.well-known/milagro-birth-record', firstOf(seen.birth)),
  ),
  check(
    'MDT-REC-007',
    'metadata-uri',
    'the record names the place of the metadata',
    { quote: '`issuer` followed by `/.well-known/milagro-dta`', scenes },
    ({ seen }) => namesPlaceOf('metadata', '/.well-known/milagro-dta', firstOf(seen.birth)),
  ),
  check(
    'MDT-REC-014',
    'metadata-uri',
    'the record of an IdP names the place of OpenID metadata',
    { quote: '`issuer` followed by `/.well-known/openid-configuration`', scenes },
    ({ seen }) => namesPlaceOf('metadata', '/.well-known/openid-configuration', firstOf(seen.birth)),
  ),
];

const keys: Suite['checks'] = [
  check(
    'MDT-REC-008',
    'points',
    'anchor and status key are points of secp256k1',
    { quote: 'three different secp256k1 keys', scenes },
    ({ seen }) => keysArePoints(firstOf(seen.birth)),
  ),
  check(
    'MDT-REC-008',
    'different',
    'the three secp256k1 keys are different',
    { quote: 'MUST be three different', scenes, negative: true },
    ({ seen }) => keysDiffer(firstOf(seen.birth)),
  ),
  check(
    'MDT-REC-008',
    'imported',
    'the record holds the keys that were imported',
    {
      quote: '`keys.anchor`, `keys.status` and the key behind `keys.next_anchor_hash`',
      scenes,
      feature: 'import_secrets',
    },
    ({ seen }) => {
      const { imported } = seen.birth;
      if (!imported) throw new Untestable('no keys were imported');
      const hosted = hostedOf(seen.birth);
      const point = (secret: string): Buffer => pointOf(Buffer.from(secret, 'hex'));
      equal(
        hosted.key('anchor').toString('hex'),
        point(imported.anchor).toString('hex'),
        'keys.anchor',
        '/keys/anchor',
      );
      equal(
        hosted.key('status').toString('hex'),
        point(imported.status).toString('hex'),
        'keys.status',
        '/keys/status',
      );
      equal(
        hosted.key('next_anchor_hash').toString('hex'),
        sha256(point(imported.next_anchor)).toString('hex'),
        'keys.next_anchor_hash',
        '/keys/next_anchor_hash',
      );
    },
  ),
  check(
    'MDT-REC-009',
    'ed25519',
    'log and directory key are two Ed25519 keys',
    { quote: 'two different Ed25519 public keys', scenes },
    ({ seen }) => hasTwoEd25519Keys(firstOf(seen.birth)),
  ),
  check(
    'MDT-REC-010',
    'subgroup',
    'the master public key is a point of the subgroup',
    { quote: 'a compressed point of the prime-order subgroup of BLS12-381 G2', scenes },
    async ({ seen }) => masterKeyIsOfSubgroup(firstOf(seen.birth)),
  ),
  check(
    'MDT-REC-011',
    'possession',
    'the proof of possession verifies',
    { quote: "MUST be `s · H1'(master_public_key ‖ keys.anchor)`", scenes },
    async ({ seen }) => possessionIsProven(firstOf(seen.birth)),
  ),
];

const rest: Suite['checks'] = [
  check(
    'MDT-REC-012',
    'first',
    'a first record has no entity_id and no previous',
    { quote: 'MUST NOT have `entity_id` or `previous`', scenes, negative: true },
    ({ seen }) => {
      const { record } = hostedOf(seen.birth);
      equal(record.entity_id, undefined, 'entity_id', '/entity_id');
      equal(record.previous, undefined, 'previous', '/previous');
    },
  ),
  check(
    'MDT-REC-013',
    'policy',
    'the policy is the configured one',
    { quote: 'the values that the entity is configured with', scenes },
    ({ seen }) => policyIs(firstOf(seen.birth), seen.birth.configuration.policy),
  ),
];

function firstOf(seen: BirthSeen): PlacedRecord {
  return { record: hostedOf(seen).record, place: '' };
}

export const birthRecord: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [...identity, ...addresses, ...keys, ...rest],
};
