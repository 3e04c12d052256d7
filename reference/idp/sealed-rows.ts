/**
 * What an IdP keeps: rows of JSON by model and key in SQLite, sealed under a key of the entity's state, so that the file alone
 * gives no token and no name away. Keys are looked up by their HMAC.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { MdtError } from '../core/errors.ts';
import { blob, openDatabase } from '../runtime/database.ts';

/** A nonce is eight random octets of this life and a count: unique as long as no two lives draw the same (SP 800-38D, 8.2.1). */
const NONCE_OCTETS = 12;
const LIFE_OCTETS = 8;
const TAG_OCTETS = 16;
const KEY_OCTETS = 32;

/** `member` is what rows are also found by: a session's uid, a user code; `grant` is what revokes them. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS row (
    model TEXT NOT NULL, key BLOB NOT NULL, member BLOB, grant_key BLOB, expires INTEGER, sealed BLOB NOT NULL,
    PRIMARY KEY (model, key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS row_member ON row (model, member) WHERE member IS NOT NULL;
  CREATE INDEX IF NOT EXISTS row_grant ON row (grant_key) WHERE grant_key IS NOT NULL;
  CREATE INDEX IF NOT EXISTS row_expires ON row (expires) WHERE expires IS NOT NULL`;

export interface RowPlace {
  readonly member?: string | undefined;
  readonly grant?: string | undefined;
  /** Seconds since 1970. */
  readonly expires?: number | undefined;
}

interface KnownRow {
  readonly value: unknown;
  readonly grant: string | undefined;
}

/** Some kilobytes each. */
const MOST_KNOWN = 5_000;

export class SealedRows {
  readonly #database: DatabaseSync;
  readonly #sealKey: KeyObject;
  readonly #lookupKey: KeyObject;
  readonly #life = randomBytes(LIFE_OCTETS);
  #sealed = 0;
  readonly #statements = new Map<string, StatementSync>();
  /** Rows as they were last read or written, the oldest first: nobody else writes, and unsealing is half of a token's time. */
  readonly #known = new Map<string, KnownRow>();

  /**
   * @param seal secret of the entity, 32 octets
   * @throws MdtError MDT_STATE where the file is damaged or none of ours
   */
  constructor(path: string, seal: Uint8Array) {
    this.#sealKey = deriveKey(seal, 'rows');
    this.#lookupKey = deriveKey(seal, 'lookup');
    this.#database = openDatabase(path, TABLES, 'NORMAL');
  }

  put(model: string, key: string, value: unknown, { member, grant, expires }: RowPlace = {}): void {
    const name = this.#name(model, key);
    this.#remember(model, key, value, grant);
    this.#run('INSERT OR REPLACE INTO row (model, key, member, grant_key, expires, sealed) VALUES (?, ?, ?, ?, ?, ?)', [
      ...[model, name, this.#nameOr(`${model} member`, member), this.#nameOr('grant', grant)],
      ...[expires ?? null, this.#seal(name, Buffer.from(JSON.stringify(value)))],
    ]);
  }

  /** @throws MdtError MDT_STATE where the row is none that this entity wrote there */
  get(model: string, key: string): unknown {
    const known = this.#known.get(`${model}\0${key}`);
    if (known) return known.value;
    const sql = 'SELECT key, sealed FROM row WHERE model = ? AND key = ?';
    const value = this.#opened(sql, model, this.#name(model, key));
    if (value !== undefined) this.#remember(model, key, value, (value as { grantId?: string }).grantId);
    return value;
  }

  /** @throws as `get` */
  getByMember(model: string, member: string): unknown {
    const name = this.#name(`${model} member`, member);
    return this.#opened('SELECT key, sealed FROM row WHERE model = ? AND member = ?', model, name);
  }

  has(model: string): boolean {
    return this.#statement('SELECT 1 FROM row WHERE model = ? LIMIT 1').get(model) !== undefined;
  }

  delete(model: string, key: string): void {
    this.#known.delete(`${model}\0${key}`);
    this.#run('DELETE FROM row WHERE model = ? AND key = ?', [model, this.#name(model, key)]);
  }

  /** Deletes what belongs to a grant. */
  revoke(grant: string): void {
    for (const [at, known] of this.#known) if (known.grant === grant) this.#known.delete(at);
    this.#run('DELETE FROM row WHERE grant_key = ?', [this.#name('grant', grant)]);
  }

  /** Deletes what expired before `now`, in seconds since 1970. */
  forgetExpired(now: number): void {
    this.#run('DELETE FROM row WHERE expires < ?', [now]);
  }

  close(): void {
    this.#database.close();
  }

  #remember(model: string, key: string, value: unknown, grant: string | undefined): void {
    const at = `${model}\0${key}`;
    this.#known.delete(at);
    this.#known.set(at, { value, grant });
    if (this.#known.size <= MOST_KNOWN) return;
    const [oldest = ''] = this.#known.keys();
    this.#known.delete(oldest);
  }

  #opened(sql: string, model: string, name: Buffer): unknown {
    const row = this.#statement(sql).get(model, name);
    return row && this.#open(blob(row['key']), blob(row['sealed']));
  }

  #name(space: string, key: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(`${space}\0${key}`).digest();
  }

  #nameOr(space: string, key: string | undefined): Buffer | null {
    return key === undefined ? null : this.#name(space, key);
  }

  /** The name stands under the tag, so that no row can be put in the place of another. */
  #seal(name: Buffer, content: Buffer): Buffer {
    const nonce = Buffer.alloc(NONCE_OCTETS);
    nonce.set(this.#life);
    nonce.writeUInt32BE(this.#sealed++, LIFE_OCTETS); // throws after 2^32, before one is used twice
    const cipher = createCipheriv('aes-256-gcm', this.#sealKey, nonce).setAAD(name);
    return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  #open(name: Buffer, sealed: Buffer): unknown {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#sealKey, sealed.subarray(0, NONCE_OCTETS), {
        authTagLength: TAG_OCTETS,
      });
      decipher.setAAD(name).setAuthTag(sealed.subarray(-TAG_OCTETS));
      const content = [decipher.update(sealed.subarray(NONCE_OCTETS, -TAG_OCTETS)), decipher.final()];
      return JSON.parse(Buffer.concat(content).toString('utf8')) as unknown;
    } catch (cause) {
      throw new MdtError('MDT_STATE', 'a row that this entity did not write', { field: '/data_dir/idp', cause });
    }
  }

  #run(sql: string, values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

/** A key of its own for each use of a secret (HKDF-SHA-256, RFC 5869). */
export function derive(secret: Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `milagro-trust idp ${use}`, KEY_OCTETS));
}

/** The same as a KeyObject: Node looks at octets for 30 µs each time, to find that they are no key of another kind (measured). */
export function deriveKey(secret: Uint8Array, use: string): KeyObject {
  return createSecretKey(derive(secret, use));
}
