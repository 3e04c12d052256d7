/**
 * What a target hosts, as checks read it. Nothing here judges: where a part is not there or cannot be
 * read, the checks that need it are untestable, and the requirement that asks for it has a check of its own.
 */
import type { AnchorProof, BirthRecord, HostedRecord, LinkProof, Locator } from '../../reference/gen/schemas.ts';
import { Untestable } from '../kit/expect.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import { readDocument } from '../oracle/json.ts';
import type { HttpAnswer, HttpResult } from '../world/http-client.ts';
import { lookedAt } from '../world/wire-log.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';

/** An envelope carries a record and its proofs; a year of daily links stays below. */
export const MAX_ENVELOPE = 1_048_576;

/** The same, of which no part need be there. */
export type Loose<T> = T extends string | number | boolean
  ? T | undefined
  : T extends readonly (infer Item)[]
    ? Loose<Item>[] | undefined
    : T extends object
      ? { readonly [K in keyof T]?: Loose<T[K]> }
      : T;

/** The same members, none of which need be there: a target may leave out what it likes. */
export type LooseRecord = Loose<BirthRecord>;

/** Bodies that were read before: some sixty checks look at the same answer, and reading one strictly takes 3 ms. */
const readBefore = new WeakMap<HttpAnswer, Record<string, unknown>>();

/** The body of an answer with status 200, if it is JSON in the sense of spec 1.4. */
export function bodyOf(result: HttpResult | undefined, what: string): Record<string, unknown> {
  lookedAt(result);
  if (result === undefined || 'failed' in result || result.status !== 200)
    throw new Untestable(`${what} was not served`);
  const known = readBefore.get(result);
  if (known) return known;
  try {
    const body = readDocument(result.body, MAX_ENVELOPE);
    readBefore.set(result, body);
    return body;
  } catch (error) {
    throw new Untestable(`${what} cannot be read: ${(error as Error).message}`);
  }
}

export class HostedView {
  readonly envelope: Loose<HostedRecord>;

  constructor(result: HttpResult | undefined) {
    this.envelope = bodyOf(result, 'the hosted record (MDT-HST-001)');
  }

  get record(): LooseRecord {
    return object<LooseRecord>(this.envelope.birth_record, '/birth_record');
  }

  /** RFC 8785 octets of the record, and their SHA-256. */
  get octets(): Buffer {
    return canonicalOctets(this.record);
  }

  get digest(): Buffer {
    return sha256(this.octets);
  }

  /** The digest that stands in the envelope. */
  get stated(): Buffer {
    return hex(this.envelope.sha256, '/sha256', 32);
  }

  get signature(): Buffer {
    return hex(this.envelope.signature, '/signature');
  }

  get locator(): Loose<Locator> {
    return object(this.envelope.anchor?.locator, '/anchor/locator');
  }

  get proof(): Loose<AnchorProof> {
    return object(this.envelope.anchor?.proof, '/anchor/proof');
  }

  /** The AnchorProofs of the lineage, each an object. */
  get linkProofs(): Loose<LinkProof>[] {
    return list<Loose<LinkProof>>(this.envelope.lineage?.proofs, '/lineage/proofs').map((link, index) =>
      object(link, `/lineage/proofs/${String(index)}`),
    );
  }

  /** What stands in the place of transactions. */
  get linkTransactions(): unknown[] {
    return list(this.envelope.lineage?.transactions, '/lineage/transactions');
  }

  key(name: 'anchor' | 'next_anchor_hash' | 'log' | 'directory' | 'status'): Buffer {
    return hex(this.record.keys?.[name], `/birth_record/keys/${name}`);
  }

  get confirmations(): number {
    return integer(this.record.policy?.confirmations, '/birth_record/policy/confirmations');
  }
}

/** The record right after `ready`. */
export function hostedOf(seen: BirthSeen): HostedView {
  return new HostedView(seen.hosted?.record);
}

/** Octets of a hexadecimal member that a schema check looks at elsewhere. */
export function hex(value: unknown, place: string, length?: number): Buffer {
  if (typeof value !== 'string' || !/^([0-9a-fA-F]{2})*$/.test(value))
    throw new Untestable(`${place} is not hexadecimal`);
  const octets = Buffer.from(value, 'hex');
  if (length !== undefined && octets.length !== length)
    throw new Untestable(`${place} is not ${String(length)} octets`);
  return octets;
}

export function integer(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Untestable(`${place} is not an integer`);
  return value;
}

export function text(value: unknown, place: string): string {
  if (typeof value !== 'string') throw new Untestable(`${place} is not a string`);
  return value;
}

export function list<T = unknown>(value: readonly T[] | undefined, place: string): T[] {
  if (!Array.isArray(value)) throw new Untestable(`${place} is not an array`);
  return value as T[];
}

function object<T>(value: T | undefined, place: string): T {
  if (value === undefined || value === null || typeof value !== 'object') throw new Untestable(`${place} is missing`);
  return value;
}
