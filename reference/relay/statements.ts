/** SQL on one file, each text of it prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Row = Record<string, unknown>;
export type SqlValue = number | string | null | Uint8Array;

export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  all(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** @returns how many rows changed */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const prepared = this.#database.prepare(sql);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}
