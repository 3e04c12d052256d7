/** What a Birth Record has to be beyond its schema (spec 3.1): keys, master key, policy and addresses. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { BirthRecord, Chain } from '../gen/schemas.ts';
import { MdtError } from './errors.ts';
import { parseHex } from './hex.ts';
import { verifyMasterKey } from './master-key.ts';
import { networkOf } from './network.ts';

/** MDT-REC-103: three anchors may be missed, and four hours more, before a canary dies. */
const CANARY_ANCHOR_PERIODS = 3;
const CANARY_MARGIN_SECONDS = 14_400;

/**
 * Checks the rules of a record that is valid against its schema.
 * @throws MdtError MDT_SCHEMA, MDT_BLS_POINT, MDT_MASTER_POP or MDT_POLICY
 */
export function checkRecordRules(record: BirthRecord): void {
  checkKeys(record);
  checkMasterKey(record);
  checkPolicy(record);
}

/**
 * Checks the chain of a record against the reader's own.
 * @throws MdtError MDT_WRONG_CHAIN
 */
export function checkChain(chain: Chain, own: Pick<Chain, 'genesis' | 'checkpoint'>): void {
  const agrees =
    chain.genesis === own.genesis &&
    chain.checkpoint.height === own.checkpoint.height &&
    chain.checkpoint.hash === own.checkpoint.hash;
  if (!agrees) throw new MdtError('MDT_WRONG_CHAIN', 'another genesis or checkpoint than our own', { field: '/chain' });
}

function checkKeys({ keys }: BirthRecord): void {
  for (const name of ['anchor', 'status', 'noise'] as const) {
    const hex = keys[name];
    if (hex !== undefined && !secp256k1.utils.isValidPublicKey(parseHex(hex, 'MDT_SCHEMA', `/keys/${name}`), true)) {
      throw new MdtError('MDT_SCHEMA', 'not a point of secp256k1', { field: `/keys/${name}` });
    }
  }
  if (keys.anchor === keys.status) throw new MdtError('MDT_SCHEMA', 'the anchor key again', { field: '/keys/status' });
  if (keys.log !== undefined && keys.log === keys.directory) {
    throw new MdtError('MDT_SCHEMA', 'the log key again', { field: '/keys/directory' });
  }
}

function checkMasterKey({ master_public_key, master_pop, keys }: BirthRecord): void {
  if (master_public_key === undefined || master_pop === undefined) return; // the schema asks for them where the role does
  verifyMasterKey(
    parseHex(master_public_key, 'MDT_BLS_POINT', '/master_public_key', 96),
    parseHex(master_pop, 'MDT_BLS_POINT', '/master_pop', 48),
    parseHex(keys.anchor, 'MDT_SCHEMA', '/keys/anchor', 33),
  );
}

function checkPolicy({ policy, issuer, chain }: BirthRecord): void {
  if (networkOf(chain.genesis)?.name === 'regtest') return;
  if (!issuer.startsWith('https://')) throw new MdtError('MDT_POLICY', 'the issuer is not https', { field: '/issuer' });
  const least = CANARY_ANCHOR_PERIODS * policy.anchor_period_seconds + CANARY_MARGIN_SECONDS;
  if (policy.canary_max_age_seconds < least) {
    throw new MdtError('MDT_POLICY', `less than ${least} seconds`, { field: '/policy/canary_max_age_seconds' });
  }
}
