/** The people that an IdP knows: login, password under scrypt, and the subject that stands for them for ever. */
import { randomBytes, randomUUID, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { MdtError } from '../core/errors.ts';
import type { SealedRows } from './sealed-rows.ts';

const MODEL = 'Account';
const BY_SUBJECT = 'AccountOf';
/** OWASP's first choice for scrypt (Password Storage Cheat Sheet): 128 MiB, half a second on a small machine. */
const COSTS = { log2N: 17, r: 8, p: 1 };
const SALT_OCTETS = 16;
const HASH_OCTETS = 32;
/** So many passwords are looked at at once: each takes 128 MiB. */
const AT_ONCE = 2;
/** So many more may wait for that. */
const MOST_WAITING = 32;
/** Failed logins of one name, or from one address, within the window; then it has to wait. */
const MOST_FAILURES = 10;
const WINDOW_SECONDS = 300;
/** Names and addresses whose failures are remembered. */
const MOST_REMEMBERED = 10_000;

export interface Account {
  readonly login: string;
  /** `sub` of every token: says nothing of the person, and never becomes another's. */
  readonly subject: string;
}

interface KeptAccount extends Account {
  readonly salt: string;
  readonly hash: string;
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** Why nobody is logged in. */
export type Refusal = 'wrong' | 'too-often' | 'busy';

const stretchKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

export class Accounts {
  readonly #rows: SealedRows;
  readonly #now: () => number;
  readonly #failures = new Map<string, number[]>();
  readonly #queue: (() => void)[] = [];
  #working = 0;
  #importing: Promise<void> = Promise.resolve();

  /** @param now seconds since 1970 */
  constructor(rows: SealedRows, now: () => number) {
    this.#rows = rows;
    this.#now = now;
  }

  /** Adds accounts, or gives those that are there a new password; logins wait until it is done. */
  import(accounts: readonly { readonly login: string; readonly password: string }[]): void {
    this.#importing = this.#importing.then(async () => {
      for (const { login, password } of accounts) await this.#set(login, password);
    });
  }

  /** An account by its login, upper and lower case being one. */
  byLogin(login: string): Account | undefined {
    return this.#kept(login);
  }

  bySubject(subject: string): Account | undefined {
    const login = this.#rows.get(BY_SUBJECT, subject);
    return typeof login === 'string' ? this.#kept(login) : undefined;
  }

  /**
   * The account that login and password are right for. A wrong name takes as long as a wrong password.
   * @param address whom the request comes from
   */
  async check(login: string, password: string, address: string): Promise<Account | Refusal> {
    await this.#importing;
    const sources = [`login ${fold(login)}`, `address ${address}`];
    if (sources.some((source) => this.#recent(source).length >= MOST_FAILURES)) return 'too-often';
    if (this.#queue.length >= MOST_WAITING) return 'busy';
    for (const source of sources) this.#remember(source); // before the answer, so that those at once count too
    const kept = this.#kept(login);
    const right = await this.#matches(password, kept ?? NOBODY);
    if (!kept || !right) return 'wrong';
    for (const source of sources) this.#failures.get(source)?.pop();
    return kept;
  }

  async #set(login: string, password: string): Promise<void> {
    const kept = this.#kept(login);
    if (kept && (await this.#matches(password, kept))) return;
    const salt = randomBytes(SALT_OCTETS);
    const hash = await this.#stretch(password, salt, COSTS);
    const { subject = randomUUID() } = kept ?? {};
    const account = { login, subject, salt: salt.toString('hex'), hash: hash.toString('hex'), ...COSTS };
    this.#rows.put(MODEL, fold(login), account satisfies KeptAccount);
    this.#rows.put(BY_SUBJECT, subject, login);
  }

  #kept(login: string): KeptAccount | undefined {
    return this.#rows.get(MODEL, fold(login)) as KeptAccount | undefined;
  }

  async #matches(password: string, { salt, hash, ...costs }: Omit<KeptAccount, keyof Account>): Promise<boolean> {
    const made = await this.#stretch(password, Buffer.from(salt, 'hex'), costs);
    return timingSafeEqual(made, Buffer.from(hash, 'hex'));
  }

  /** A few at a time: each takes as much memory as it is meant to cost. */
  async #stretch(password: string, salt: Buffer, { log2N, r, p }: typeof COSTS): Promise<Buffer> {
    if (this.#working >= AT_ONCE) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#working++;
    try {
      const N = 2 ** log2N;
      return await stretchKey(password.normalize('NFKC'), salt, HASH_OCTETS, { N, r, p, maxmem: 256 * N * r });
    } finally {
      this.#working--;
      this.#queue.shift()?.();
    }
  }

  #recent(source: string): number[] {
    const since = this.#now() - WINDOW_SECONDS;
    const recent = (this.#failures.get(source) ?? []).filter((at) => at > since);
    if (recent.length === 0) this.#failures.delete(source);
    else this.#failures.set(source, recent);
    return recent;
  }

  #remember(source: string): void {
    const recent = [...this.#recent(source), this.#now()];
    this.#failures.delete(source);
    this.#failures.set(source, recent);
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST_REMEMBERED) break;
      this.#failures.delete(oldest);
    }
  }
}

/** What the password of an unknown login is held against. */
const NOBODY = { salt: '00'.repeat(SALT_OCTETS), hash: '00'.repeat(HASH_OCTETS), ...COSTS };

function fold(login: string): string {
  return login.normalize('NFKC').toLowerCase();
}

/**
 * Accounts of a file of JSON: an array of `{login, password}`.
 * @throws MdtError MDT_SCHEMA with the member at fault; no value is quoted
 */
export function readAccounts(value: unknown): { readonly login: string; readonly password: string }[] {
  if (!Array.isArray(value)) throw new MdtError('MDT_SCHEMA', 'not an array of accounts', { field: '' });
  return value.map((each: unknown, index) => {
    const { login, password } = (each ?? {}) as { login?: unknown; password?: unknown };
    if (typeof login !== 'string' || login === '' || login.length > 256)
      throw new MdtError('MDT_SCHEMA', 'not a login', { field: `/${index}/login` });
    if (typeof password !== 'string' || password.length < 8 || password.length > 1024)
      throw new MdtError('MDT_SCHEMA', 'not a password of 8 to 1,024 characters', { field: `/${index}/password` });
    return { login, password };
  });
}
