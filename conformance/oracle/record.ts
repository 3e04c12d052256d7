/** What a Birth Record has to be beyond its schema (spec 3.1). */
import { createPublicKey } from 'node:crypto';
import type { BirthRecord, Chain } from '../../reference/gen/schemas.ts';
import { refuseMasterPop } from './bls.ts';
import { sha256 } from './digest.ts';
import { Refusal } from './refusal.ts';
import { publicKey } from './signature.ts';

const REGTEST = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206';

/** Refuses a record, valid against its schema, that breaks a rule on keys, master key or policy. */
export async function refuseRecord(record: BirthRecord): Promise<void> {
  refuseKeys(record.keys);
  if (record.master_public_key !== undefined && record.master_pop !== undefined) {
    await refuseMasterPop(
      Buffer.from(record.master_public_key, 'hex'),
      Buffer.from(record.keys.anchor, 'hex'),
      Buffer.from(record.master_pop, 'hex'),
    );
  }
  if (record.chain.genesis === REGTEST) return;
  if (!record.issuer.startsWith('https:')) throw new Refusal('MDT_POLICY', '/issuer', 'not https');
  const { canary_max_age_seconds: age, anchor_period_seconds: period } = record.policy;
  if (age < 3 * period + 14_400)
    throw new Refusal('MDT_POLICY', '/policy/canary_max_age_seconds', 'below three anchor periods and four hours');
}

export type OwnChain = Pick<Chain, 'genesis' | 'checkpoint'>;

/** Refuses a chain that is not the reader's own. */
export function refuseChain({ genesis, checkpoint }: Chain, own: OwnChain): void {
  const agrees =
    genesis === own.genesis && checkpoint.height === own.checkpoint.height && checkpoint.hash === own.checkpoint.hash;
  if (!agrees) throw new Refusal('MDT_WRONG_CHAIN', '/chain', 'another genesis or checkpoint');
}

function refuseKeys(keys: BirthRecord['keys']): void {
  for (const name of ['anchor', 'status', 'noise'] as const) {
    const hex = keys[name];
    if (hex !== undefined) named(`/keys/${name}`, () => publicKey(Buffer.from(hex, 'hex')));
  }
  for (const name of ['log', 'directory'] as const) {
    const hex = keys[name];
    if (hex !== undefined)
      named(`/keys/${name}`, () =>
        createPublicKey({
          format: 'jwk',
          key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
        }),
      );
  }
  if (keys.anchor === keys.status) throw new Refusal('MDT_SCHEMA', '/keys/status', 'the anchor key again');
  const held = [keys.anchor, keys.status].map((hex) => sha256(Buffer.from(hex, 'hex')).toString('hex'));
  if (held.includes(keys.next_anchor_hash))
    throw new Refusal('MDT_SCHEMA', '/keys/next_anchor_hash', 'promises a key that is in the record');
  if (keys.log !== undefined && keys.log === keys.directory)
    throw new Refusal('MDT_SCHEMA', '/keys/directory', 'the log key again');
}

function named(field: string, read: () => unknown): void {
  try {
    read();
  } catch {
    throw new Refusal('MDT_SCHEMA', field, 'not a point of its curve');
  }
}
