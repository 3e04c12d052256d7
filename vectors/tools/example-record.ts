/** The Birth Record of the examples: a D-TA on regtest, with published keys. */
import { canonicalize } from 'json-canonicalize';
import type { BirthRecord, BlockRef, Outpoint, Policy, Retirement } from '../../reference/gen/schemas.ts';
import { ed25519Key, keyOf, masterKey, publicKey, sha256 } from './keys.ts';

export const REGTEST_GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';
export const EXAMPLE_ANCHOR_KEY: Buffer = keyOf('anchor');
/** The anchor keys of the first record and of each successor; the last is promised and never used. */
export const ANCHOR_KEYS: readonly [Buffer, Buffer, Buffer, Buffer, Buffer] = [
  EXAMPLE_ANCHOR_KEY,
  keyOf('next anchor'),
  keyOf('third anchor'),
  keyOf('fourth anchor'),
  keyOf('fifth anchor'),
];

/** When a document is written. */
export interface Bounds {
  created: string;
  freshness: BlockRef;
}

export interface Circumstances extends Bounds {
  lineage: Outpoint;
}

export function exampleRecord({ created, freshness, lineage }: Circumstances): BirthRecord {
  const anchor = publicKey(EXAMPLE_ANCHOR_KEY);
  const { mpk, pop } = masterKey('master', anchor);
  const issuer = 'https://dta.example.org';
  return {
    type: 'milagro-birth-record',
    spec: '1.0',
    role: 'dta',
    name: 'Example Authority',
    operator: { legal_name: 'Example Authority Ltd', jurisdiction: 'CH', contact: 'mailto:trust@example.org' },
    issuer,
    chain: { genesis: REGTEST_GENESIS, header_format: 'sha256d-80', checkpoint: { height: 0, hash: REGTEST_GENESIS } },
    created,
    freshness,
    lineage,
    keys: {
      anchor: anchor.toString('hex'),
      next_anchor_hash: sha256(publicKey(keyOf('next anchor'))).toString('hex'),
      log: ed25519Key('log'),
      directory: ed25519Key('directory'),
      status: publicKey(keyOf('status')).toString('hex'),
    },
    master_public_key: mpk,
    master_pop: pop,
    idps: [sha256('milagro-trust vector idp').toString('hex')],
    services: {
      grpc: 'dta.example.org:443',
      birth_record: `${issuer}/.well-known/milagro-birth-record`,
      metadata: `${issuer}/.well-known/milagro-dta`,
      activity_log: `${issuer}/milagro/v1/log`,
      status: `${issuer}/milagro/v1/status`,
    },
    policy: {
      log_period_seconds: 3600,
      anchor_period_seconds: 86_400,
      canary_max_age_seconds: 273_600,
      confirmations: 6,
      channel_confirmations: 100,
    },
  };
}

/** The successor number `index` (from 1) of an entity: the promised key, the next promise, another policy. */
export function exampleSuccessor(
  first: BirthRecord,
  before: BirthRecord,
  index: number,
  bounds: Bounds,
  policy: Partial<Policy>,
): BirthRecord {
  const [key, next] = ANCHOR_KEYS.slice(index);
  if (!key || !next) throw new Error(`there is no anchor key for successor ${String(index)}`);
  const anchor = publicKey(key);
  const { mpk, pop } = masterKey('master', anchor);
  return {
    ...before,
    ...bounds,
    entity_id: digestOfRecord(first).toString('hex'),
    previous: digestOfRecord(before).toString('hex'),
    keys: {
      ...before.keys,
      anchor: anchor.toString('hex'),
      next_anchor_hash: sha256(publicKey(next)).toString('hex'),
    },
    master_public_key: mpk,
    master_pop: pop,
    policy: { ...before.policy, ...policy },
  };
}

export function exampleRetirement(first: BirthRecord, bounds: Bounds): Retirement {
  return {
    type: 'milagro-retire',
    spec: '1.0',
    chain: first.chain,
    ...bounds,
    entity_id: digestOfRecord(first).toString('hex'),
    reason: 'The pilot has ended',
  };
}

export function digestOfRecord(record: object): Buffer {
  return sha256(canonicalize(record));
}
