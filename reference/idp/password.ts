/** Passwords under scrypt (RFC 7914), as they are kept. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * One of the settings of scrypt that OWASP calls equal (Password Storage Cheat Sheet): 16 MiB for a login, so that many at a
 * time do not take the memory of the machine; the first of them takes 128 MiB.
 */
export const COSTS = { log2N: 14, r: 8, p: 5 } as const;
const SALT_OCTETS = 16;
const HASH_OCTETS = 32;

export interface PasswordHash {
  /** Hexadecimal. */
  readonly salt: string;
  readonly hash: string;
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** What the password of nobody is held against, so that a wrong name takes as long as a wrong password. */
export const NOBODY: PasswordHash = { salt: '00'.repeat(SALT_OCTETS), hash: '00'.repeat(HASH_OCTETS), ...COSTS };

const stretchKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_OCTETS).toString('hex');
  return { salt, hash: (await stretch(password, salt, COSTS)).toString('hex'), ...COSTS };
}

export async function isPassword(password: string, kept: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await stretch(password, kept.salt, kept), Buffer.from(kept.hash, 'hex'));
}

async function stretch(
  password: string,
  salt: string,
  { log2N, r, p }: Pick<PasswordHash, 'log2N' | 'r' | 'p'>,
): Promise<Buffer> {
  const N = 2 ** log2N;
  // One person types é in one character, another in two (RFC 8265, 4.2.2 has them compared in one form).
  return stretchKey(password.normalize('NFKC'), Buffer.from(salt, 'hex'), HASH_OCTETS, {
    N,
    r,
    p,
    maxmem: 256 * N * r,
  });
}
