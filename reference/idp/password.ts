/** Passwords under scrypt (RFC 7914), as they are kept and as an accounts file has them. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { MdtError } from '../core/errors.ts';

/** OWASP's first choice for scrypt (Password Storage Cheat Sheet): 128 MiB, half a second on a small machine. */
const COSTS = { log2N: 17, r: 8, p: 1 } as const;
/** What a file may ask of us, as N · r · p: eight times that. */
const MAX_LOG2_N = 20;
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

export interface HashedAccount {
  readonly login: string;
  readonly password: PasswordHash;
}

/**
 * Accounts of a file: `{"accounts":[{"login":…,"password":{salt, hash, log2N, r, p}},…]}`.
 * @throws MdtError MDT_LAUNCH with the member at fault; no value is quoted
 */
export function readAccountsFile(value: unknown): HashedAccount[] {
  const { accounts } = (value ?? {}) as { accounts?: unknown };
  if (!Array.isArray(accounts)) refuse('', 'no accounts');
  return accounts.map((each: unknown, index) => {
    const { login, password } = (each ?? {}) as { login?: unknown; password?: Partial<PasswordHash> };
    const { salt = '', hash = '', log2N = 0, r = 0, p = 0 } = password ?? {};
    if (typeof login !== 'string' || login === '' || login.length > 256) refuse(`/accounts/${index}/login`, 'no login');
    if (!/^[0-9a-f]{32}$/.test(salt) || !/^[0-9a-f]{64}$/.test(hash))
      refuse(`/accounts/${index}/password`, 'no scrypt hash with its salt');
    const isInRange = log2N >= COSTS.log2N && log2N <= MAX_LOG2_N && r === COSTS.r && p >= 1 && p <= 8;
    if (!isInRange) refuse(`/accounts/${index}/password`, 'costs below 2^17, 8, 1, or far above');
    return { login, password: { salt, hash, log2N, r, p } };
  });
}

function refuse(field: string, message: string): never {
  throw new MdtError('MDT_LAUNCH', message, { field: `/options/accounts_file${field}` });
}
