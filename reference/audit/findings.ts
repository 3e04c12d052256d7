/** What an auditor finds, each with its place, and the verdict that the findings come to (spec 8.7). */
import { MdtError, type ErrorCode } from '../core/errors.ts';
import type { AuditFinding, AuditVerdict } from '../gen/schemas.ts';

/** Findings that are listed; of a log that breaks everywhere the first ones tell enough. */
const MAX_LISTED = 200;
const MAX_MESSAGE = 1_024;
const MAX_PLACE = 512;

/** Nothing came, or what came says nothing of this entity. */
const UNKNOWN: readonly ErrorCode[] = [
  ...(['MDT_SOURCE', 'MDT_NOT_FOUND', 'MDT_CONFIRMATIONS'] as const),
  ...(['MDT_UNPINNED', 'MDT_PIN', 'MDT_LOG_PROMISE'] as const),
];
/** It was silent, which is no lie. */
const LATE: readonly ErrorCode[] = ['MDT_LOG_LATE', 'MDT_STATUS_STALE'];
const TRIPPED: readonly ErrorCode[] = ['MDT_STATUS_CODE', 'MDT_STATUS_SEQ', 'MDT_STATUS_EXPIRED', 'MDT_STATUS_GAP'];

export type Requirements = Readonly<Partial<Record<ErrorCode, string>> & { others: string }>;

export class Findings {
  readonly #listed: AuditFinding[] = [];
  #omitted = 0;
  readonly #codes = new Set<ErrorCode>();
  #tripped = false;

  /**
   * @param requirement the one that is not met, or by which it was found
   * @param place a root, an entry, an anchor, a promise or a resource
   */
  add(code: ErrorCode, requirement: string, place: string, message: string): void {
    this.#codes.add(code);
    this.#list(code, requirement, place, message);
  }

  /** As `add`, of what trips the canary by a code that would break a log. */
  trip(code: ErrorCode, requirement: string, place: string, message: string): void {
    this.#tripped = true;
    this.#list(code, requirement, place, message);
  }

  #list(code: ErrorCode, requirement: string, place: string, message: string): void {
    if (this.#listed.length >= MAX_LISTED) this.#omitted += 1;
    else this.#listed.push({ code, requirement, place: cut(place, MAX_PLACE), message: cut(message, MAX_MESSAGE) });
  }

  /**
   * Runs a look, and notes what it refuses.
   * @param requirement or those that its refusals are by, by their codes, beside that of all others
   * @returns `undefined` where it refused
   */
  async note<T>(requirement: string | Requirements, place: string, look: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof MdtError)) throw error;
      const by = typeof requirement === 'string' ? requirement : (requirement[error.code] ?? requirement.others);
      this.add(error.code, by, place, `${error.field === '' ? '' : `${error.field}: `}${error.message}`);
      return undefined;
    }
  }

  get listed(): readonly AuditFinding[] {
    return this.#listed;
  }

  get omitted(): number {
    return this.#omitted;
  }

  /** The worst that was found. */
  get verdict(): AuditVerdict['verdict'] {
    const others = [...UNKNOWN, ...LATE, ...TRIPPED];
    const has = (codes: readonly ErrorCode[]): boolean => codes.some((code) => this.#codes.has(code));
    if ([...this.#codes].some((code) => !others.includes(code))) return 'BROKEN';
    if (this.#tripped || has(TRIPPED)) return 'TRIPPED';
    if (has(UNKNOWN)) return 'UNKNOWN';
    return has(LATE) ? 'LATE' : 'CLEAN';
  }
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
