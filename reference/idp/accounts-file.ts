/** A file of accounts: what `idp account` writes, and an IdP reads at its start. */
import { readFileSync } from 'node:fs';
import { MdtError } from '../core/errors.ts';
import { COSTS, type PasswordHash } from './password.ts';

export interface HashedAccount {
  readonly login: string;
  readonly password: PasswordHash;
}

/** The least `p` for each `N`, with `r` 8: OWASP's settings of equal strength (Password Storage Cheat Sheet). */
const LEAST_P: Readonly<Record<number, number>> = { 13: 10, 14: 5, 15: 3, 16: 2 };
/** Costs that a file may ask of us: eight times the dearest of those. */
const MAX_LOG2_N = 20;
const MAX_P = 16;
const MAX_LOGIN = 256;

/**
 * The accounts of `{"accounts":[{"login":…,"password":{salt, hash, log2N, r, p}},…]}`.
 * @throws MdtError MDT_SCHEMA with the member at fault, MDT_NOT_JSON; no value is quoted. What the system says where it cannot be read
 */
export function readAccountsFile(path: string): HashedAccount[] {
  const { accounts } = parsed(readFileSync(path, 'utf8'));
  if (!Array.isArray(accounts)) refuse('/accounts', 'no array of accounts');
  return accounts.map((each: unknown, index) => {
    const { login, password } = (each ?? {}) as { login?: unknown; password?: Partial<PasswordHash> };
    const { salt = '', hash = '', log2N = 0, r = 0, p = 0 } = password ?? {};
    const field = `/accounts/${index}`;
    if (typeof login !== 'string' || login === '' || login.length > MAX_LOGIN) refuse(`${field}/login`, 'no login');
    if (!/^[0-9a-f]{32}$/.test(salt) || !/^[0-9a-f]{64}$/.test(hash))
      refuse(`${field}/password`, 'no scrypt hash with its salt');
    if (!isStrong(log2N, p) || r !== COSTS.r) refuse(`${field}/password`, 'costs below those of OWASP, or far above');
    return { login, password: { salt, hash, log2N, r, p } };
  });
}

function isStrong(log2N: number, p: number): boolean {
  if (!Number.isSafeInteger(log2N) || !Number.isSafeInteger(p) || log2N > MAX_LOG2_N || p > MAX_P) return false;
  return log2N >= 17 ? p >= 1 && 2 ** log2N * p <= 2 ** MAX_LOG2_N : p >= (LEAST_P[log2N] ?? Infinity);
}

function parsed(text: string): { readonly accounts?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { accounts?: unknown };
  } catch (cause) {
    throw new MdtError('MDT_NOT_JSON', 'the file of accounts is no JSON', { field: '', cause });
  }
}

function refuse(field: string, message: string): never {
  throw new MdtError('MDT_SCHEMA', message, { field });
}
