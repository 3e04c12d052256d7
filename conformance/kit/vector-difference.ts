/** In what the input of one vector differs from that of another: the members, and of hexadecimal the octets. */

/** What stands in a place of either input; `undefined` where the place is not there. */
export interface Difference {
  /** JSON pointer into the input. */
  readonly field: string;
  /** For octets in hexadecimal, the first octet that differs, counted from 0. */
  readonly octet?: number;
  readonly good?: string;
  readonly bad?: string;
}

const HEX = /^([0-9a-f]{2})+$/;
/** Octets shown on either side of those that differ. */
const AROUND = 4;

/** Every place in which `bad` differs from `good`, in the order of `good` and then of what only `bad` has. */
export function differences(good: unknown, bad: unknown, field = ''): Difference[] {
  if (isObject(good) && isObject(bad) && Array.isArray(good) === Array.isArray(bad)) {
    const names = [...new Set([...Object.keys(good), ...Object.keys(bad)])];
    return names.flatMap((name) => differences(good[name], bad[name], `${field}/${escaped(name)}`));
  }
  if (Object.is(good, bad)) return [];
  if (isHex(good) && isHex(bad)) return [{ field, ...octets(good, bad) }];
  return [{ field, ...shown('good', good), ...shown('bad', bad) }];
}

/** How far two inputs are apart: fewer places first, then fewer characters. */
export function distance(found: readonly Difference[]): number {
  const characters = found.reduce((sum, { good = '', bad = '' }) => sum + good.length + bad.length, 0);
  return found.length * 1_000_000 + characters;
}

function octets(good: string, bad: string): Omit<Difference, 'field'> {
  const [a, b] = [pairs(good), pairs(bad)];
  const shorter = Math.min(a.length, b.length);
  let before = 0;
  while (before < shorter && a[before] === b[before]) before++;
  let after = 0;
  while (after < shorter - before && a.at(-1 - after) === b.at(-1 - after)) after++;
  return { octet: before, good: part(a, before, after), bad: part(b, before, after) };
}

/** The octets from `before` up to the last `after`, in brackets among their neighbours. */
function part(octets: readonly string[], before: number, after: number): string {
  const end = octets.length - after;
  const left = octets.slice(Math.max(0, before - AROUND), before).join('');
  const right = octets.slice(end, end + AROUND).join('');
  return `${before > AROUND ? '…' : ''}${left}[${octets.slice(before, end).join('')}]${right}${after > AROUND ? '…' : ''}`;
}

function isHex(value: unknown): value is string {
  return typeof value === 'string' && HEX.test(value);
}

function pairs(hex: string): string[] {
  return hex.match(/../g) ?? [];
}

function shown<Side extends 'good' | 'bad'>(side: Side, value: unknown): Partial<Record<Side, string>> {
  if (value === undefined) return {};
  return { [side]: JSON.stringify(value) } as Record<Side, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** RFC 6901. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
