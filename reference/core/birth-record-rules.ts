/** What a Birth Record has to be beyond its schema (spec 3.1): keys, master key, policy and addresses. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { BirthRecord, Chain } from '../gen/schemas.ts';
import { MdtError } from './errors.ts';
import { bytesToHex, parseHex } from './hex.ts';
import { verifyMasterKey } from './master-key.ts';
import { networkOf } from './network.ts';

/** MDT-REC-103: three anchors may be missed, and four hours more, before a canary dies. */
const CANARY_ANCHOR_PERIODS = 3;
const CANARY_MARGIN_SECONDS = 14_400;

/**
 * Checks the rules of a record that is valid against its schema.
 * @param place JSON pointer of the record
 * @throws MdtError MDT_SCHEMA, MDT_BLS_POINT, MDT_MASTER_POP or MDT_POLICY
 */
export function checkRecordRules(record: BirthRecord, place = ''): void {
  checkKeys(record, place);
  checkMasterKey(record, place);
  checkPolicy(record, place);
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

function checkKeys({ keys }: BirthRecord, place: string): void {
  for (const name of ['anchor', 'status', 'noise'] as const) {
    const hex = keys[name];
    if (
      hex !== undefined &&
      !secp256k1.utils.isValidPublicKey(parseHex(hex, 'MDT_SCHEMA', `${place}/keys/${name}`), true)
    ) {
      throw new MdtError('MDT_SCHEMA', 'not a point of secp256k1', { field: `${place}/keys/${name}` });
    }
  }
  if (keys.anchor === keys.status)
    throw new MdtError('MDT_SCHEMA', 'the anchor key again', { field: `${place}/keys/status` });
  for (const name of ['anchor', 'status'] as const) {
    const hash = sha256(parseHex(keys[name], 'MDT_SCHEMA', `${place}/keys/${name}`));
    if (bytesToHex(hash) === keys.next_anchor_hash) {
      throw new MdtError('MDT_SCHEMA', `promises the ${name} key again`, { field: `${place}/keys/next_anchor_hash` });
    }
  }
  if (keys.log !== undefined && keys.log === keys.directory) {
    throw new MdtError('MDT_SCHEMA', 'the log key again', { field: `${place}/keys/directory` });
  }
}

function checkMasterKey({ master_public_key, master_pop, keys }: BirthRecord, place: string): void {
  if (master_public_key === undefined || master_pop === undefined) return; // the schema asks for them where the role does
  verifyMasterKey(
    parseHex(master_public_key, 'MDT_BLS_POINT', `${place}/master_public_key`, 96),
    parseHex(master_pop, 'MDT_BLS_POINT', `${place}/master_pop`, 48),
    parseHex(keys.anchor, 'MDT_SCHEMA', `${place}/keys/anchor`, 33),
  );
}

function checkPolicy({ policy, issuer, chain }: BirthRecord, place: string): void {
  if (networkOf(chain.genesis)?.name === 'regtest') return;
  if (!issuer.startsWith('https://'))
    throw new MdtError('MDT_POLICY', 'the issuer is not https', { field: `${place}/issuer` });
  const least = CANARY_ANCHOR_PERIODS * policy.anchor_period_seconds + CANARY_MARGIN_SECONDS;
  if (policy.canary_max_age_seconds < least) {
    throw new MdtError('MDT_POLICY', `less than ${least} seconds`, { field: `${place}/policy/canary_max_age_seconds` });
  }
}
