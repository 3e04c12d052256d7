/** The people that an IdP knows: login, password under scrypt, and the subject that stands for them for ever. */
import { randomUUID } from 'node:crypto';
import { Attempts } from './attempts.ts';
import type { HashedAccount } from './accounts-file.ts';
import { hashPassword, isPassword, NOBODY, type PasswordHash } from './password.ts';
import type { SealedRows } from './sealed-rows.ts';

const MODEL = 'Account';
const BY_SUBJECT = 'AccountOf';
/** So many passwords are looked at at once: each takes 16 MiB (`COSTS`). */
const AT_ONCE = 2;
/** So many more may wait for that. */
const MOST_WAITING = 32;

export interface Account {
  readonly login: string;
  /** `sub` of every token: says nothing of the person, and never becomes another's. */
  readonly subject: string;
}

/** Of a launch configuration, or of a file. */
export type ConfiguredAccount = HashedAccount | { readonly login: string; readonly password: string };

interface KeptAccount extends Account {
  readonly password: PasswordHash;
}

/** Why nobody is logged in. */
export type Refusal = 'wrong' | 'too-often' | 'busy';

export class Accounts {
  readonly #rows: SealedRows;
  readonly #attempts: Attempts;
  readonly #queue: (() => void)[] = [];
  #working = 0;
  readonly #configured: readonly ConfiguredAccount[];
  #importing: Promise<void> | undefined;
  /** As dear as the dearest hash of a file: a file may come from where scrypt was set otherwise. */
  readonly #nobody: PasswordHash;

  /**
   * @param now seconds since 1970
   * @param configured accounts to add, or to give another password. That is done when the first person signs in: a start
   * has no time for scrypt
   */
  constructor(rows: SealedRows, now: () => number, configured: readonly ConfiguredAccount[]) {
    this.#rows = rows;
    this.#attempts = new Attempts(now);
    this.#configured = configured;
    const hashes = configured.flatMap(({ password }) => (typeof password === 'string' ? [] : [password]));
    const dearest = hashes.reduce((one, other) => (workOf(other) > workOf(one) ? other : one), NOBODY);
    this.#nobody = { ...dearest, salt: NOBODY.salt, hash: NOBODY.hash };
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
    await (this.#importing ??= this.#import());
    if (this.#queue.length >= MOST_WAITING) return 'busy';
    const attempt = this.#attempts.begin([`login ${fold(login)}`, `address ${address}`]);
    if (!attempt) return 'too-often';
    const kept = this.#kept(login);
    const isRight = await this.#inTurn(async () => isPassword(password, kept?.password ?? this.#nobody));
    if (!kept || !isRight) return 'wrong';
    attempt.forgive();
    return kept;
  }

  async #import(): Promise<void> {
    for (const { login, password } of this.#configured) await this.#set(login, password);
  }

  async #set(login: string, password: string | PasswordHash): Promise<void> {
    const kept = this.#kept(login);
    if (kept && typeof password === 'string' && (await isPassword(password, kept.password))) return;
    const hash = typeof password === 'string' ? await hashPassword(password) : password;
    const { subject = randomUUID() } = kept ?? {};
    this.#rows.put(MODEL, fold(login), { login, subject, password: hash } satisfies KeptAccount);
    this.#rows.put(BY_SUBJECT, subject, login);
  }

  #kept(login: string): KeptAccount | undefined {
    return this.#rows.get(MODEL, fold(login)) as KeptAccount | undefined;
  }

  /** A few at a time: each takes as much memory as it is meant to cost. */
  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    if (this.#working >= AT_ONCE) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#working++;
    try {
      return await act();
    } finally {
      this.#working--;
      this.#queue.shift()?.();
    }
  }
}

function workOf({ log2N, r, p }: PasswordHash): number {
  return 2 ** log2N * r * p;
}

/** Upper and lower case are one, as people type them. */
export function fold(login: string): string {
  return login.normalize('NFKC').toLowerCase();
}
