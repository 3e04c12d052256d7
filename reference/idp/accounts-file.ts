/** A file of accounts: what `idp account` writes, and an IdP reads at its start. */
import { readFileSync } from 'node:fs';
import { MdtError } from '../core/errors.ts';
import { COSTS, type PasswordHash } from './password.ts';

export interface HashedAccount {
  readonly login: string;
  readonly password: PasswordHash;
}

/** Costs that a file may ask of us: eight times our own. */
const MAX_LOG2_N = COSTS.log2N + 3;
const MAX_P = 8;
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
    const isInRange = log2N >= COSTS.log2N && log2N <= MAX_LOG2_N && r === COSTS.r && p >= COSTS.p && p <= MAX_P;
    if (!isInRange) refuse(`${field}/password`, 'costs below 2^17, 8, 1, or far above');
    return { login, password: { salt, hash, log2N, r, p } };
  });
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
