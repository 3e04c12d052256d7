/**
 * What can go wrong with one member of an answer, derived from the answer itself: it is missing, null, of another type,
 * one bit off, or has company that nobody defined. Nobody picks these by hand.
 */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export const MUTATIONS = ['delete', 'null', 'type', 'bit', 'extra'] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** Every place in a document, as a JSON pointer (RFC 6901), the document itself first. */
export function placesIn(document: unknown): string[] {
  return [...walk(document as Json, '')];
}

function* walk(value: Json, place: string): Generator<string> {
  yield place;
  if (value === null || typeof value !== 'object') return;
  for (const [name, part] of Object.entries(value))
    yield* walk(part, `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/**
 * A copy of `document` with one thing wrong at `place`.
 * @returns undefined where the mutation cannot be made there: a bit of `true`, an extra member of a number, a place that is not there
 */
export function mutate(document: unknown, place: string, mutation: Mutation): unknown {
  const copy = structuredClone(document) as Json;
  const names = place
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop();
  if (last === undefined) return changed(copy, mutation);
  let parent: Json | undefined = copy;
  for (const name of names) parent = childOf(parent, name);
  const value = childOf(parent, last);
  if (value === undefined || parent === null || typeof parent !== 'object') return undefined;
  if (mutation === 'delete') return (without(parent, last), copy);
  const next = changed(value, mutation);
  if (next === undefined) return undefined;
  (parent as Record<string, Json>)[last] = next;
  return copy;
}

function childOf(value: Json | undefined, name: string): Json | undefined {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, Json>)[name];
}

function without(parent: Json[] | Record<string, Json>, name: string): void {
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
}

function changed(value: Json, mutation: Mutation): Json | undefined {
  if (mutation === 'null') return value === null ? undefined : null;
  if (mutation === 'type') return otherType(value);
  if (mutation === 'bit') return oneBitOff(value);
  if (mutation === 'extra' && value !== null && typeof value === 'object') {
    return Array.isArray(value) ? [...value, value[0] ?? 'extra'] : { ...value, unheard_of: 1 };
  }
  return undefined;
}

function otherType(value: Json): Json {
  if (typeof value === 'string') return 7;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return Object.fromEntries(value.entries()) as Record<string, Json>;
  return value === null || typeof value === 'boolean' ? 'text' : Object.values(value);
}

/** The lowest bit of a number, or of a character in the middle of a text: of hexadecimal that is another digit. */
function oneBitOff(value: Json): Json | undefined {
  if (typeof value === 'number') return value % 2 === 0 ? value + 1 : value - 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string' || value === '') return undefined;
  const at = Math.floor(value.length / 2);
  return value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
}
