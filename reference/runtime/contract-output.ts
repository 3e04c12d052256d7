/**
 * The lines of the launch contract on standard output (spec/certification.md, C.1). Nothing else is ever
 * written there; logs go to standard error.
 */
import type { ControlAnswer, TargetLine } from '../gen/schemas.ts';
import type { ErrorCode } from '../core/errors.ts';

/** Where lines go: `process.stdout`, or a list in tests. */
export type LineWriter = (text: string) => void;

/** `detail` of an event holds no more (schemas/target-line.schema.json). */
const MAX_DETAIL = 1024;
const MAX_FIELD = 256;

export class ContractOutput {
  readonly #write: LineWriter;
  /** What was said last of how it stands, so that each block does not repeat it. */
  #standing = '';
  /** Satoshi that were asked for last, by the address. */
  readonly #asked = new Map<string, number>();

  constructor(write: LineWriter) {
    this.#write = write;
  }

  listening(): void {
    this.#line({ event: 'listening' });
  }

  /** Asks for coin; the same amount at the same address is asked for once, until there was enough. */
  funding(address: string, minSat: number): void {
    if (this.#asked.get(address) === minSat) return;
    this.#asked.set(address, minSat);
    this.#line({ event: 'funding', address, min_sat: minSat });
  }

  /** What is lacking from now on is asked for again. */
  enough(address: string): void {
    this.#asked.delete(address);
  }

  /** Says that and why the service cannot go on by itself; the same code twice in a row is said once. */
  waiting(code: ErrorCode, detail: string): boolean {
    return this.#once(`waiting ${code}`, { event: 'waiting', code, detail: detail.slice(0, MAX_DETAIL) });
  }

  /**
   * Says that the record is served at depth; again after something else was said, and for another record.
   * @param sha256 digest of the record that is served
   */
  ready(entityId: string, sha256: string = entityId): boolean {
    return this.#once(`ready ${sha256}`, { event: 'ready', entity_id: entityId });
  }

  failed(code: ErrorCode, field: string, detail: string): void {
    this.#line({ event: 'failed', code, field: field.slice(0, MAX_FIELD), detail: detail.slice(0, MAX_DETAIL) });
  }

  answer(answer: ControlAnswer): void {
    this.#line(answer);
  }

  #once(standing: string, line: TargetLine): boolean {
    if (standing === this.#standing) return false;
    this.#standing = standing;
    this.#line(line);
    return true;
  }

  #line(line: TargetLine): void {
    this.#write(`${JSON.stringify(line)}\n`);
  }
}
