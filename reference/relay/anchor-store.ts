/** The anchors of the active chain on disk, with what is needed to take blocks away again. Hashes are as RPC prints them. */
import type { DatabaseSync } from 'node:sqlite';
import { blob, inTransaction, openDatabase } from '../runtime/database.ts';
import { Statements, type Row } from './statements.ts';

export interface StoredBlock {
  readonly height: number;
  readonly hash: Buffer;
  /** 80 octets. */
  readonly header: Buffer;
}

export interface StoredAnchor {
  readonly height: number;
  readonly txIndex: number;
  readonly txid: Buffer;
  readonly vout: number;
  readonly kind: number;
  readonly payload: Buffer;
  readonly digest: Buffer;
  /** Transaction ID of the BIRTH of the lineage that it is a member of. */
  readonly birth: Buffer | undefined;
  /** `entity_id` of that lineage. */
  readonly entity: Buffer | undefined;
  /** The transaction with its witness, of kinds that have their place in a lineage. */
  readonly octets: Buffer | undefined;
}

/** The end of a lineage: output 1 of its newest member. */
export interface OpenContinuation {
  readonly birth: Buffer;
  readonly entity: Buffer;
}

/** Where a transaction is: a number that grows along the chain. */
export type Place = number;

export interface AnchorQuery {
  readonly entity?: Uint8Array;
  readonly digest?: Uint8Array;
  readonly kinds: readonly number[];
  /** Anchors after this place. */
  readonly after: Place;
  readonly toHeight: number;
  readonly limit: number;
}

/** A block has fewer transactions. */
const PLACES = 2 ** 20;

export function placeOf(height: number, txIndex: number): Place {
  return height * PLACES + txIndex;
}

export function heightOf(place: Place): number {
  return Math.floor(place / PLACES);
}

export function txIndexOf(place: Place): number {
  return place % PLACES;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, header BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS anchors (
    place INTEGER PRIMARY KEY, txid BLOB NOT NULL, vout INTEGER NOT NULL, kind INTEGER NOT NULL, payload BLOB NOT NULL,
    digest BLOB NOT NULL, birth BLOB, entity BLOB, octets BLOB) STRICT;
  CREATE INDEX IF NOT EXISTS anchors_txid ON anchors (txid);
  CREATE INDEX IF NOT EXISTS anchors_kind ON anchors (kind, place);
  CREATE INDEX IF NOT EXISTS anchors_digest ON anchors (digest, place);
  CREATE INDEX IF NOT EXISTS anchors_entity ON anchors (entity, place) WHERE entity IS NOT NULL;
  CREATE INDEX IF NOT EXISTS anchors_birth ON anchors (birth, place) WHERE birth IS NOT NULL;
  CREATE TABLE IF NOT EXISTS continuations (
    txid BLOB PRIMARY KEY, birth BLOB NOT NULL, entity BLOB NOT NULL, opened INTEGER NOT NULL, closed INTEGER) STRICT;
  CREATE INDEX IF NOT EXISTS continuations_opened ON continuations (opened);
  CREATE INDEX IF NOT EXISTS continuations_closed ON continuations (closed) WHERE closed IS NOT NULL;
  CREATE TABLE IF NOT EXISTS known (txid BLOB PRIMARY KEY, place INTEGER) STRICT;
  CREATE INDEX IF NOT EXISTS known_place ON known (place) WHERE place IS NOT NULL`;

export class AnchorStore {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;

  /** @throws MdtError MDT_STATE */
  constructor(path: string) {
    this.#database = openDatabase(path, TABLES, 'NORMAL');
    this.#sql = new Statements(this.#database);
  }

  close(): void {
    this.#database.close();
  }

  /** All that `write` does, or nothing. */
  atOnce(write: () => void): void {
    inTransaction(this.#database, write);
  }

  get tip(): StoredBlock | undefined {
    return blockOf(this.#sql.get('SELECT * FROM blocks ORDER BY height DESC LIMIT 1'));
  }

  /** The lowest block that is known: the checkpoint. */
  get base(): StoredBlock | undefined {
    return blockOf(this.#sql.get('SELECT * FROM blocks ORDER BY height LIMIT 1'));
  }

  blockAt(height: number): StoredBlock | undefined {
    return blockOf(this.#sql.get('SELECT * FROM blocks WHERE height = ?', height));
  }

  heightOfBlock(hash: Uint8Array): number | undefined {
    return this.#sql.get('SELECT height FROM blocks WHERE hash = ?', hash)?.['height'] as number | undefined;
  }

  /** Headers one after the other. */
  headers(from: number, limit: number): Buffer[] {
    const rows = this.#sql.all('SELECT header FROM blocks WHERE height >= ? ORDER BY height LIMIT ?', from, limit);
    return rows.map(({ header }) => blob(header));
  }

  addBlock({ height, hash, header }: StoredBlock): void {
    this.#sql.run('INSERT INTO blocks VALUES (?, ?, ?)', height, hash, header);
  }

  /** Takes the blocks from a height on away, with all that was kept of them. What is known to have been anchored stays known. */
  removeFrom(height: number): void {
    const place = placeOf(height, 0);
    this.#sql.run('INSERT OR IGNORE INTO known SELECT txid, NULL FROM anchors WHERE place >= ?', place);
    this.#sql.run('DELETE FROM anchors WHERE place >= ?', place);
    this.#sql.run('UPDATE known SET place = NULL WHERE place >= ?', place);
    this.#sql.run('DELETE FROM continuations WHERE opened >= ?', height);
    this.#sql.run('UPDATE continuations SET closed = NULL WHERE closed >= ?', height);
    this.#sql.run('DELETE FROM blocks WHERE height >= ?', height);
  }

  addAnchor({ height, txIndex, ...anchor }: StoredAnchor): void {
    const { txid, vout, kind, payload, digest, birth, entity, octets } = anchor;
    const values = [txid, vout, kind, payload, digest, birth ?? null, entity ?? null, octets ?? null];
    this.#sql.run('INSERT INTO anchors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', placeOf(height, txIndex), ...values);
  }

  openContinuation(txid: Uint8Array): OpenContinuation | undefined {
    const row = this.#sql.get('SELECT birth, entity FROM continuations WHERE txid = ? AND closed IS NULL', txid);
    return row && { birth: blob(row['birth']), entity: blob(row['entity']) };
  }

  addContinuation(txid: Buffer, { birth, entity }: OpenContinuation, height: number): void {
    this.#sql.run('INSERT INTO continuations VALUES (?, ?, ?, ?, NULL)', txid, birth, entity, height);
  }

  closeContinuation(txid: Buffer, height: number): void {
    this.#sql.run('UPDATE continuations SET closed = ? WHERE txid = ?', height, txid);
  }

  /** Remembers a transaction that was handed on. @returns whether it is new */
  know(txid: Uint8Array): boolean {
    return this.#sql.run('INSERT OR IGNORE INTO known VALUES (?, NULL)', txid) > 0;
  }

  /** Forgets one that was not handed on after all. */
  forget(txid: Uint8Array): void {
    this.#sql.run('DELETE FROM known WHERE txid = ?', txid);
  }

  /** Says where one that is known is. */
  locate(txid: Uint8Array, place: Place): void {
    this.#sql.run('UPDATE known SET place = ? WHERE txid = ?', place, txid);
  }

  /** Where a transaction that was handed on is; `undefined` where none was, `null` where it is in no block. */
  knownPlace(txid: Uint8Array): Place | null | undefined {
    return this.#sql.get('SELECT place FROM known WHERE txid = ?', txid)?.['place'] as Place | null | undefined;
  }

  anchor(txid: Uint8Array): StoredAnchor | undefined {
    const row = this.#sql.get('SELECT * FROM anchors WHERE txid = ?', txid);
    return row && anchorRow(row);
  }

  /** BIRTH first. */
  members(birth: Uint8Array): StoredAnchor[] {
    return this.#sql.all('SELECT * FROM anchors WHERE birth = ? ORDER BY place', birth).map(anchorRow);
  }

  find({ entity, digest, kinds, after, toHeight, limit }: AnchorQuery): StoredAnchor[] {
    const conditions = ['place > ?', 'place < ?'];
    const values: (number | Uint8Array)[] = [after, placeOf(toHeight + 1, 0)];
    if (entity) conditions.push('entity = ?');
    if (entity) values.push(entity);
    if (digest) conditions.push('digest = ?');
    if (digest) values.push(digest);
    if (kinds.length > 0) conditions.push(`kind IN (${kinds.map(Number).join(', ')})`);
    const sql = `SELECT * FROM anchors WHERE ${conditions.join(' AND ')} ORDER BY place LIMIT ?`;
    // Of a thousand kinds of questions each would be kept: it is prepared for this one.
    return this.#database
      .prepare(sql)
      .all(...values, limit)
      .map(anchorRow);
  }
}

function blockOf(row: Row | undefined): StoredBlock | undefined {
  return row && { height: Number(row['height']), hash: blob(row['hash']), header: blob(row['header']) };
}

function anchorRow(row: Row): StoredAnchor {
  const place = Number(row['place']);
  const optional = (value: unknown): Buffer | undefined => (value === null ? undefined : blob(value));
  return {
    ...{ height: heightOf(place), txIndex: txIndexOf(place), txid: blob(row['txid']), vout: Number(row['vout']) },
    ...{ kind: Number(row['kind']), payload: blob(row['payload']), digest: blob(row['digest']) },
    ...{ birth: optional(row['birth']), entity: optional(row['entity']), octets: optional(row['octets']) },
  };
}
