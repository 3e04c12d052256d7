/** Changes of one place: of octets, and of a JSON value. */
import type { Random } from './random.ts';

/** One octet changed, left out or put in, a bit flipped, the end cut off, a part doubled, or two of these. */
export function mutateOctets(octets: Buffer, random: Random): Buffer {
  const at = random.below(octets.length + 1);
  const [before, after] = [octets.subarray(0, at), octets.subarray(at)];
  switch (random.below(8)) {
    case 0:
      return Buffer.concat([before, random.octets(1), after.subarray(1)]);
    case 1:
      return Buffer.concat([before, after.subarray(1)]);
    case 2:
      return Buffer.concat([before, random.octets(1), after]);
    case 3:
    case 4:
      return Buffer.concat([before, flipped(after, random)]);
    case 5:
      return Buffer.from(before);
    case 6:
      return Buffer.concat([before, octets.subarray(random.below(at + 1), at), after]);
    default:
      return octets.length === 0 ? octets : mutateOctets(mutateOctets(octets, random), random);
  }
}

function flipped(octets: Buffer, random: Random): Buffer {
  const copy = Buffer.from(octets);
  if (copy.length > 0) copy[0] = (copy[0] ?? 0) ^ (1 << random.below(8));
  return copy;
}

type Container = Record<string, unknown> | unknown[];

/** A copy in which one value, one member or one element is another. `within` narrows it to a member of the root. */
export function mutateJson<T>(value: T, random: Random, within?: string): T {
  const copy = structuredClone({ root: value });
  const start = within === undefined ? (copy as Container) : (copy.root as Record<string, unknown>);
  const places = placesIn(start).filter(
    ([holder, name]) => within === undefined || holder !== start || name === within,
  );
  const [holder, name] = random.pick(places);
  const members = holder as Record<string, unknown>;
  switch (random.below(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else if (holder !== copy) delete members[name];
      break;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(name), 0, structuredClone(members[name]));
      else
        members[random.pick(['more', 'ext', 'type', 'previous', '__proto__x'])] = random.pick([null, 1, 'x', {}, []]);
      break;
    case 2:
      members[name] = random.pick<unknown>([null, true, 0, -1, 2 ** 31, 2 ** 53 - 1, '', 'x', {}, []]);
      break;
    case 3: {
      const [other, its] = random.pick(placesIn(copy as Container));
      members[name] = structuredClone((other as Record<string, unknown>)[its]);
      break;
    }
    default:
      members[name] = nudged(members[name], random);
  }
  return copy.root;
}

/** A value near this one: of the same type, and often of the same form. */
function nudged(value: unknown, random: Random): unknown {
  if (typeof value === 'number') return value + random.pick([-1, 1, 1, 2, 256]);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return value;
  if (/^([0-9a-f]{2})+$/.test(value)) return mutateHex(value, random);
  const at = random.below(value.length + 1);
  return (
    value.slice(0, at) + random.pick(['', 'a', '0', '.', '/', 'Z', '\u0000', 'é']) + value.slice(at + random.below(2))
  );
}

function mutateHex(hex: string, random: Random): string {
  if (random.once(12)) return hex.toUpperCase();
  if (random.once(12)) return hex.slice(1);
  if (random.once(3)) return mutateOctets(Buffer.from(hex, 'hex'), random).toString('hex');
  const octets = Buffer.from(hex, 'hex');
  const at = random.below(octets.length);
  octets[at] = (octets[at] ?? 0) ^ (1 << random.below(8));
  return octets.toString('hex');
}

function placesIn(
  value: unknown,
  places: [holder: Container, name: string][] = [],
): [holder: Container, name: string][] {
  if (typeof value !== 'object' || value === null) return places;
  for (const [name, member] of Object.entries(value)) {
    places.push([value as Container, name]);
    placesIn(member, places);
  }
  return places;
}
