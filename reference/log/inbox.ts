/**
 * Orders of the operator: files that are put into a folder of the data directory, which only the service's user can
 * write to. An order that is carried out is taken away; one that is refused stays, renamed, with the reason beside it.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MdtError } from '../core/errors.ts';
import { parseEnvelope } from '../core/document-octets.ts';

export const INBOX_FOLDER = 'inbox';
export const ORDER_ENDING = '.order.json';
export const REFUSED_ENDING = '.refused.json';
/** A STATUS with its signature is a tenth of it. */
const MAX_ORDER_OCTETS = 65_536;

/** What the operator orders. */
export type Order =
  /** Serve this STATUS (schemas/hosted-status.schema.json). */
  | { readonly order: 'status'; readonly hosted: unknown }
  /** End the entity. */
  | { readonly order: 'retire'; readonly reason: string; readonly successorEntity?: string };

/** Why an order was not carried out. */
export interface OrderRefusal {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

export class Inbox {
  readonly #folder: string;

  /** @param folder path of the folder */
  constructor(folder: string) {
    this.#folder = folder;
  }

  isEmpty(): boolean {
    return this.#names().length === 0;
  }

  /**
   * Carries out what was ordered, the oldest name first.
   * @param carryOut throws MdtError where it refuses; anything else leaves the order where it is
   */
  async take(carryOut: (order: Order) => Promise<void> | void): Promise<readonly OrderRefusal[]> {
    const refusals: OrderRefusal[] = [];
    for (const name of this.#names()) {
      const path = join(this.#folder, name);
      try {
        await carryOut(readOrder(path));
        rmSync(path);
      } catch (error) {
        if (!(error instanceof MdtError) || error.code === 'MDT_CHAIN_UNAVAILABLE') throw error;
        const refusal = { code: error.code, field: error.field, message: error.message };
        const kept = path.slice(0, -ORDER_ENDING.length) + REFUSED_ENDING;
        writeFileSync(`${kept}.new`, `${JSON.stringify(refusal)}\n`, { mode: 0o600 });
        rmSync(path);
        renameSync(`${kept}.new`, kept);
        refusals.push(refusal);
      }
    }
    return refusals;
  }

  #names(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(ORDER_ENDING))
      .sort();
  }
}

function readOrder(path: string): Order {
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > MAX_ORDER_OCTETS) throw malformed();
  const { order, hosted, reason, successorEntity } = parseEnvelope(readFileSync(path), MAX_ORDER_OCTETS) as Partial<
    Record<string, unknown>
  >;
  if (order === 'status') return { order, hosted };
  if (order !== 'retire' || typeof reason !== 'string') throw malformed();
  if (successorEntity === undefined) return { order, reason };
  if (typeof successorEntity !== 'string') throw malformed();
  return { order, reason, successorEntity };
}

function malformed(): MdtError {
  return new MdtError('MDT_CONTROL', 'not an order', { field: '' });
}
