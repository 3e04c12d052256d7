/** A JSON value as RFC 7493 (I-JSON) and spec 1.1 allow it: every number is a safe integer. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [name: string]: JsonValue;
}

/** Deepest nesting of objects and arrays (MDT-DOC-109); the document itself is level 1. */
export const MAX_NESTING = 32;

/** One more step of a JSON pointer (RFC 6901, section 3: `~` and `/` are escaped). */
export function pointer(parent: string, step: string | number): string {
  return `${parent}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
