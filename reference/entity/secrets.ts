/** The secrets of an entity and what of them is public (protocol: keys and entropy; spec 3.1). */
import { createECDH } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { bytesToHex } from '../core/hex.ts';
import type { DtaIdentity, IdpIdentity, RelayIdentity } from '../core/birth-record.ts';
import { MdtError } from '../core/errors.ts';
import type { ImportSecrets, RecordKeys } from '../gen/schemas.ts';
import { masterPop, masterPublicKey, masterSecretFrom } from '../core/master-key.ts';
import type { Entropy } from '../runtime/entropy.ts';

/** 32 octets each, hexadecimal. */
export interface EntitySecrets {
  readonly anchor: string;
  /** On regtest the service plays the operator and holds these two; elsewhere they are kept off line (`OfflineKeys`). */
  readonly next_anchor?: string;
  readonly status?: string;
  /** Of a D-TA and an IdP: Ed25519 seeds. */
  readonly log?: string;
  readonly directory?: string;
  /** Of a D-TA: scalar of BLS12-381. */
  readonly master?: string;
  /** Of an IdP: what its keys, clients and grants are sealed with. */
  readonly seal?: string;
  /** Of a relay: what pays for registrations (MDT-RLY-032). */
  readonly coin?: string;
}

/** The roles that there are services of. */
export type EntityRole = 'dta' | 'idp' | 'relay';

/** Half as long again as a key, so that the reduction mod n is without bias (FIPS 186-5, A.2.1). */
const SECP256K1_SEED_OCTETS = 48;
const ED25519_SEED_OCTETS = 32;
const MASTER_ENTROPY_OCTETS = 32;
const SEAL_OCTETS = 32;

/** What the operator gives of keys that the service does not hold: a canary signed by a seized server is no canary. */
export interface OfflineKeys {
  /** Compressed secp256k1 key, hexadecimal. */
  readonly status: string;
  /** SHA-256 of the next anchor key, hexadecimal. */
  readonly next_anchor_hash: string;
}

/** Fresh secrets; those that are imported stand in place of fresh ones. With `offline`, those are not made. */
export function makeSecrets(
  role: EntityRole,
  entropy: Entropy,
  imported: ImportSecrets,
  offline?: OfflineKeys,
): EntitySecrets {
  const secretKey = (): string => secretKeyFrom(entropy);
  const anchor = imported.anchor ?? secretKey();
  const operator = offline
    ? {}
    : { next_anchor: imported.next_anchor ?? secretKey(), status: imported.status ?? secretKey() };
  if (role === 'relay') return { anchor, ...operator, coin: secretKey() };
  const seeds = {
    log: bytesToHex(entropy.draw(ED25519_SEED_OCTETS)),
    directory: bytesToHex(entropy.draw(ED25519_SEED_OCTETS)),
  };
  if (role === 'idp') return { anchor, ...operator, ...seeds, seal: bytesToHex(entropy.draw(SEAL_OCTETS)) };
  return {
    anchor,
    ...operator,
    ...seeds,
    master: bytesToHex(masterSecretFrom(entropy.draw(MASTER_ENTROPY_OCTETS))),
  };
}

/**
 * The secrets of the next record: what was announced as the next anchor key is the anchor key, and a fresh one is
 * announced in its place (pre-rotation).
 * @throws MdtError MDT_POLICY where the service does not hold the next anchor key, as it does on regtest only; MDT_ENTROPY
 */
export function succeedingSecrets(entropy: Entropy, secrets: EntitySecrets): EntitySecrets {
  const { next_anchor: anchor } = secrets;
  if (anchor === undefined)
    throw new MdtError('MDT_POLICY', 'the next anchor key is kept off line, and so is what signs a successor', {
      field: 'keys',
    });
  return { ...secrets, anchor, next_anchor: secretKeyFrom(entropy) };
}

/** `keys.anchor`, 33 octets. */
export function anchorPublicKey(secrets: Pick<EntitySecrets, 'anchor'>): Uint8Array {
  return publicKeyOf(secrets.anchor);
}

export type PublicIdentity =
  | Pick<DtaIdentity, 'role' | 'keys' | 'masterPublicKey' | 'masterPop'>
  | Pick<IdpIdentity, 'role' | 'keys'>
  | Pick<RelayIdentity, 'role' | 'keys'>;

/** What the Birth Record says of the secrets. Of a D-TA two multiplications on BLS12-381: tens of milliseconds, done once. */
export function publicIdentity(secrets: EntitySecrets, offline?: OfflineKeys): PublicIdentity {
  const anchor = anchorPublicKey(secrets);
  const keys = { anchor: bytesToHex(anchor), ...(offline ?? operatorKeys(secrets)) };
  const { log, directory, master } = secrets;
  if (log === undefined || directory === undefined) return { role: 'relay', keys };
  const withLog = {
    ...keys,
    log: bytesToHex(ed25519.getPublicKey(hexToBytes(log))),
    directory: bytesToHex(ed25519.getPublicKey(hexToBytes(directory))),
  };
  if (master === undefined) return { role: 'idp', keys: withLog };
  const publicKey = masterPublicKey(hexToBytes(master));
  return {
    role: 'dta',
    keys: withLog,
    masterPublicKey: bytesToHex(publicKey),
    masterPop: bytesToHex(masterPop(hexToBytes(master), publicKey, anchor)),
  };
}

function operatorKeys({ next_anchor, status }: EntitySecrets): OfflineKeys {
  if (next_anchor === undefined || status === undefined) {
    throw new MdtError('MDT_LAUNCH', 'these keys are not held, so the operator gives them', {
      field: '/options/offline_keys',
    });
  }
  return { status: bytesToHex(publicKeyOf(status)), next_anchor_hash: bytesToHex(sha256(publicKeyOf(next_anchor))) };
}

/** By OpenSSL: noble's tables for the base point take 20 ms to make (measured), which a restart need not wait for. */
function publicKeyOf(secret: string): Uint8Array {
  const key = createECDH('secp256k1');
  key.setPrivateKey(secret, 'hex');
  return Uint8Array.from(key.getPublicKey(null, 'compressed'));
}

function secretKeyFrom(entropy: Entropy): string {
  return bytesToHex(secp256k1.utils.randomSecretKey(entropy.draw(SECP256K1_SEED_OCTETS)));
}

/**
 * Checks that secrets imported at a later start are those that the entity began with.
 * @param first keys of the first record, where there is one: an entity that has a successor holds others by now
 * @throws MdtError MDT_LAUNCH
 */
export function checkImported(held: EntitySecrets, imported: ImportSecrets, first?: RecordKeys): void {
  for (const name of ['anchor', 'next_anchor', 'status'] as const) {
    const secret = imported[name];
    if (secret === undefined) continue;
    const same = first ? namesKey(first, name, publicKeyOf(secret)) : secret === held[name];
    if (!same) throw new MdtError('MDT_LAUNCH', 'another key is held already', { field: `/import_secrets/${name}` });
  }
}

function namesKey(keys: RecordKeys, name: 'anchor' | 'next_anchor' | 'status', key: Uint8Array): boolean {
  return name === 'next_anchor' ? keys.next_anchor_hash === bytesToHex(sha256(key)) : keys[name] === bytesToHex(key);
}
