/** Registrations and the transactions that carry them, on disk: whoever was told of one finds it again (MDT-RLY-023). */
import type { DatabaseSync } from 'node:sqlite';
import { blob, inTransaction, openDatabase } from '../runtime/database.ts';
import { Statements, type Row } from './statements.ts';

/** By the numbers of RegistrationMode. */
export const DIRECT = 1;
export const BATCHED = 2;
export type Mode = typeof DIRECT | typeof BATCHED;

export interface Registration {
  /** The leaf hash (MDT-RLY-029). */
  readonly id: Buffer;
  /** 129 octets: subject_key ‖ digest ‖ signature. */
  readonly leaf: Buffer;
  readonly mode: Mode;
}

export interface StoredRegistration extends Registration {
  /** Its place among those of its mode, in the order in which they came. */
  readonly seq: number;
}

/** What a client named a request by. */
export interface NamedRequest {
  readonly key: Uint8Array;
  readonly id: Buffer;
  readonly mode: Mode;
}

/** A signed transaction for the registrations of a mode from `first` to `last`; of one range there may be several. */
export interface Payment {
  readonly number: number;
  readonly mode: Mode;
  readonly first: number;
  readonly last: number;
  /** As RPC prints it. */
  readonly txid: Buffer;
  /** With its witness. */
  readonly octets: Buffer;
}

/** Hashes of a level of a batch's tree (C2SP tlog-tiles), from level 1 on: level 0 are the registrations. */
export interface BatchTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** The last block that was looked at, and which BATCHED registrations came before it. */
export interface SeenBlock {
  readonly hash: string;
  readonly due: number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS direct (seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, leaf BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS batched (seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, leaf BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS keys (key BLOB PRIMARY KEY, id BLOB NOT NULL, mode INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS keys_at ON keys (at);
  CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY, mode INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    txid BLOB NOT NULL UNIQUE, octets BLOB NOT NULL, settled INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX IF NOT EXISTS payments_range ON payments (mode, first, number);
  CREATE INDEX IF NOT EXISTS payments_open ON payments (number) WHERE settled = 0;
  CREATE TABLE IF NOT EXISTS tiles (
    first INTEGER, level INTEGER, place INTEGER, hashes BLOB NOT NULL, PRIMARY KEY (first, level, place)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS seen (one INTEGER PRIMARY KEY CHECK (one = 1), hash TEXT NOT NULL, due INTEGER NOT NULL) STRICT`;

export class RegistrationStore {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;

  /** @throws MdtError MDT_STATE */
  constructor(path: string) {
    this.#database = openDatabase(path, TABLES, 'FULL');
    this.#sql = new Statements(this.#database);
  }

  close(): void {
    this.#database.close();
  }

  /** All that `write` does, on disk when this returns, or nothing. */
  atOnce<T>(write: () => T): T {
    return inTransaction(this.#database, write);
  }

  registration(id: Uint8Array): StoredRegistration | undefined {
    return this.#of(BATCHED, id) ?? this.#of(DIRECT, id);
  }

  add({ id, leaf, mode }: Registration): void {
    this.#sql.run(`INSERT INTO ${tableOf(mode)} (id, leaf) VALUES (?, ?)`, id, leaf);
  }

  named(key: Uint8Array): NamedRequest | undefined {
    const row = this.#sql.get('SELECT id, mode FROM keys WHERE key = ?', key);
    return row && { key, id: blob(row['id']), mode: Number(row['mode']) as Mode };
  }

  /** @param at seconds since 1970 */
  name({ key, id, mode }: NamedRequest, at: number): void {
    this.#sql.run('INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)', key, id, mode, at);
  }

  forgetNamedBefore(at: number): void {
    this.#sql.run('DELETE FROM keys WHERE at < ?', at);
  }

  /** The number of registrations of a mode, which is the place of the last. */
  lastOf(mode: Mode): number {
    return Number(this.#sql.get(`SELECT max(seq) AS last FROM ${tableOf(mode)}`)?.['last'] ?? 0);
  }

  /** Place of the last one that has a transaction. */
  lastPaid(mode: Mode): number {
    return Number(this.#sql.get('SELECT max(last) AS last FROM payments WHERE mode = ?', mode)?.['last'] ?? 0);
  }

  leaf(mode: Mode, seq: number): Buffer {
    return blob(this.#sql.get(`SELECT leaf FROM ${tableOf(mode)} WHERE seq = ?`, seq)?.['leaf']);
  }

  /** Leaf hashes of BATCHED registrations, one after the other. */
  leafHashes(first: number, count: number): Buffer {
    const rows = this.#sql.all('SELECT id FROM batched WHERE seq >= ? AND seq < ? ORDER BY seq', first, first + count);
    return Buffer.concat(rows.map(({ id }) => blob(id)));
  }

  addPayment(payment: Omit<Payment, 'number'>): Payment {
    const { mode, first, last, txid, octets } = payment;
    const sql = 'INSERT INTO payments (mode, first, last, txid, octets) VALUES (?, ?, ?, ?, ?) RETURNING number';
    return { ...payment, number: Number(this.#sql.get(sql, mode, first, last, txid, octets)?.['number']) };
  }

  /** Those for a registration, the newest first. */
  paymentsOf({ mode, seq }: StoredRegistration): Payment[] {
    const range = this.#sql.get('SELECT max(first) AS first FROM payments WHERE mode = ? AND first <= ?', mode, seq)?.[
      'first'
    ];
    if (range === null || range === undefined) return [];
    const sql = 'SELECT * FROM payments WHERE mode = ? AND first = ? AND last >= ? ORDER BY number DESC';
    return this.#sql.all(sql, mode, Number(range), seq).map(paymentOf);
  }

  /** Those that a reorganisation could still take out of the chain, the first first. */
  openPayments(): Payment[] {
    return this.#sql.all('SELECT * FROM payments WHERE settled = 0 ORDER BY number').map(paymentOf);
  }

  settle(number: number): void {
    this.#sql.run('UPDATE payments SET settled = 1 WHERE number = ?', number);
  }

  addTile(first: number, { level, index, hashes }: BatchTile): void {
    this.#sql.run('INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?)', first, level, index, hashes);
  }

  tile(first: number, level: number, index: number): Buffer {
    const row = this.#sql.get(
      'SELECT hashes FROM tiles WHERE first = ? AND level = ? AND place = ?',
      first,
      level,
      index,
    );
    return row ? blob(row['hashes']) : Buffer.alloc(0);
  }

  get seen(): SeenBlock | undefined {
    const row = this.#sql.get('SELECT hash, due FROM seen');
    return row && { hash: String(row['hash']), due: Number(row['due']) };
  }

  see({ hash, due }: SeenBlock): void {
    this.#sql.run('INSERT OR REPLACE INTO seen VALUES (1, ?, ?)', hash, due);
  }

  #of(mode: Mode, id: Uint8Array): StoredRegistration | undefined {
    const row = this.#sql.get(`SELECT * FROM ${tableOf(mode)} WHERE id = ?`, id);
    return row && { mode, seq: Number(row['seq']), id: blob(row['id']), leaf: blob(row['leaf']) };
  }
}

function tableOf(mode: Mode): 'direct' | 'batched' {
  return mode === DIRECT ? 'direct' : 'batched';
}

function paymentOf(row: Row): Payment {
  return {
    ...{ number: Number(row['number']), mode: Number(row['mode']) as Mode },
    ...{ first: Number(row['first']), last: Number(row['last']), txid: blob(row['txid']), octets: blob(row['octets']) },
  };
}
