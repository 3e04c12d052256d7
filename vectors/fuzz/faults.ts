/** Inputs with exactly one fault, whose code is known because the generator put it there. */
import { createHash } from 'node:crypto';
import {
  BEGIN,
  LIMIT_BITS,
  mine,
  syntheticChain,
  type HeaderFields,
} from '../../reference/core/fixtures/mined-headers.ts';
import { hash256 } from '../../reference/core/block-header.ts';
import type { BirthRecord } from '../../reference/gen/schemas.ts';
import type { ChainInput } from './readers.ts';
import type { Random } from './random.ts';

export interface Faulty<I> {
  input: I;
  code: string;
}

const MARKER = Buffer.from('Milagro D-TA');
const HINTS = ['', 'a', 'dta.example.org', '127.0.0.1:8080', 'xn--bcher-kva.example:65535', 'a-b.c'];
const BAD_HINTS = [
  'A',
  'a_b',
  '-a',
  'a-',
  'a..b',
  '.a',
  'a.',
  'a:0',
  'a:65536',
  'a:',
  ':1',
  '1.2.3',
  '256.1.1.1',
  '01.2.3.4',
  'a b',
  'é',
];

/** A record that is right but for one of its keys (MDT-REC-105). */
export function faultyKeys(right: BirthRecord, random: Random): Faulty<BirthRecord> {
  const record = structuredClone(right);
  const { keys } = record;
  const promised = (key: string): string => createHash('sha256').update(Buffer.from(key, 'hex')).digest('hex');
  const noPoint = `02${'00'.repeat(31)}05`; // 5^3 + 7 is no square
  switch (random.below(keys.log === undefined ? 5 : 6)) {
    case 0:
      keys.next_anchor_hash = promised(keys.anchor);
      break;
    case 1:
      keys.next_anchor_hash = promised(keys.status);
      break;
    case 2:
      keys.status = keys.anchor;
      break;
    case 3:
      keys.noise = noPoint;
      break;
    case 4:
      keys.status = noPoint;
      break;
    default:
      Object.assign(keys, { directory: keys.log });
  }
  return { input: record, code: 'MDT_SCHEMA' };
}

/** A payload that is right. */
export function payload(random: Random): Buffer {
  const kind = random.pick([1, 1, 2, 3, 4, 5, 0x10, 0x11, 0x80, 0xff]);
  return Buffer.concat([MARKER, Buffer.of(1, kind), bodyOf(kind, random)]);
}

function bodyOf(kind: number, random: Random): Buffer {
  if (kind === 1)
    return Buffer.concat([Buffer.of(1 + random.below(3)), random.octets(32), Buffer.from(random.pick(HINTS))]);
  if (kind === 0x11) return random.octets(36);
  return random.octets(kind >= 0x80 ? random.below(67) : 64);
}

export function faultyPayload(random: Random): Faulty<Buffer> {
  const good = payload(random);
  const birth = Buffer.concat([MARKER, Buffer.of(1, 1, 1 + random.below(3)), random.octets(32)]);
  const at = (code: string, input: Buffer): Faulty<Buffer> => ({ code, input });
  const changed = (index: number, octet: number): Buffer =>
    Buffer.from(good.map((each, place) => (place === index ? octet : each)));
  switch (random.below(7)) {
    case 0: {
      const index = random.below(12);
      return at('MDT_PAYLOAD_MARKER', changed(index, (good[index] ?? 0) ^ (1 << random.below(8))));
    }
    case 1:
      return at('MDT_PAYLOAD_MARKER', good.subarray(0, random.below(12)));
    case 2:
      return at('MDT_PAYLOAD_VERSION', changed(12, random.pick([0, 2, 255])));
    case 3:
      return at('MDT_PAYLOAD_KIND', changed(13, random.pick([0, 6, 7, 0x0f, 0x12, 0x7f])));
    case 4: {
      const kind = random.pick([2, 3, 4, 5, 0x10, 0x11]);
      const body = bodyOf(kind, random);
      const length = random.pick([0, body.length - 1, body.length + 1, 66]);
      return at(
        'MDT_PAYLOAD_LENGTH',
        Buffer.concat([MARKER, Buffer.of(1, kind), Buffer.concat([body, random.octets(8)], length)]),
      );
    }
    case 5:
      birth[14] = random.pick([0, 4, 255]);
      return at('MDT_PAYLOAD_ROLE', birth);
    default:
      return at('MDT_PAYLOAD_HOST_HINT', Buffer.concat([birth, Buffer.from(random.pick(BAD_HINTS), 'latin1')]));
  }
}

/** A chain of synthetic headers, on schedule or not, that obeys the rules. */
export function headerChain(random: Random, length: number = 1 + random.below(11)): ChainInput & { headers: Buffer[] } {
  const { genesis, parameters, checkpoint } = SYNTHETIC;
  const headers: Buffer[] = [];
  const times = [BEGIN];
  let bits = LIMIT_BITS;
  for (let height = 1; height <= length; height++) {
    if (height % parameters.interval === 0)
      bits = adjusted(times[height - parameters.interval] ?? BEGIN, times[height - 1] ?? BEGIN, bits);
    const time = 1 + random.below(160) + (times.at(-1) ?? BEGIN);
    headers.push(Buffer.from(mine(hash256(headers.at(-1) ?? genesis), { time, bits, salt: random.below(256) })));
    times.push(time);
  }
  return { parameters, checkpoint, headers, now: (times.at(-1) ?? BEGIN) + random.pick([-7_200, 0, 100_000]) };
}

export function faultyChain(random: Random): Faulty<ChainInput> {
  const chain = headerChain(random);
  const last = chain.headers.at(-1) ?? Buffer.alloc(80);
  const before = chain.headers.at(-2) ?? SYNTHETIC.genesis;
  const [time, bits] = [last.readUInt32LE(68), last.readUInt32LE(72)];
  const again = (fields: Partial<HeaderFields>, previous: Uint8Array = hash256(before)): Buffer[] => [
    ...chain.headers.slice(0, -1),
    Buffer.from(mine(previous, { time, bits, ...fields })),
  ];
  const at = (code: string, headers: Buffer[], now = chain.now): Faulty<ChainInput> => ({
    code,
    input: { ...chain, headers, now },
  });
  switch (random.below(7)) {
    case 0:
      return at('MDT_HEADER_FORMAT', [
        ...chain.headers.slice(0, -1),
        Buffer.concat([last, Buffer.alloc(84)], random.pick([0, 79, 81, 164])),
      ]);
    case 1:
      return at(chain.headers.length > 1 ? 'MDT_HEADER_LINK' : 'MDT_WRONG_CHAIN', again({}, random.octets(32)));
    case 2:
      return at('MDT_WRONG_CHAIN', [Buffer.from(mine(random.octets(32), { time, bits }))]);
    case 3: {
      const workless = Buffer.from(last);
      workless.writeUInt32LE(0, 76);
      while (Buffer.from(hash256(workless)).at(-1) === 0) workless.writeUInt32LE(workless.readUInt32LE(76) + 1, 76);
      return at('MDT_POW', [...chain.headers.slice(0, -1), workless]);
    }
    case 4:
      return at(
        'MDT_BITS',
        again({ bits: random.pick([bits - 1, bits === LIMIT_BITS ? 0x2001ffff : LIMIT_BITS, 0x2100_00ff]) }),
      );
    case 5:
      return at('MDT_HEADER_TIME', again({ time: BEGIN - random.below(100) }), chain.now + 10_000);
    default:
      return at('MDT_HEADER_FUTURE', chain.headers, time - 7_201 - random.below(3));
  }
}

const SYNTHETIC = syntheticChain();

/** By the words of spec 7.1, in numbers that a double holds: the targets here have 16 significant bits and more. */
function adjusted(firstTime: number, lastTime: number, bits: number): number {
  const { target_timespan_seconds: aim } = SYNTHETIC.parameters;
  const span = BigInt(Math.min(Math.max(lastTime - firstTime, aim / 4), aim * 4));
  const word = BigInt(bits & 0x7f_ffff) << BigInt(8 * ((bits >>> 24) - 3));
  const limit = 0xffffn << 232n;
  const target = (word * span) / BigInt(aim);
  const octets = (target > limit ? limit : target).toString(16).padStart(64, '0');
  const first = Math.floor(octets.search(/[1-9a-f]/) / 2) * 2;
  const signed = Number.parseInt(octets.slice(first, first + 2), 16) >= 0x80;
  const digits = signed ? `00${octets.slice(first, first + 4)}` : octets.slice(first, first + 6);
  return ((32 - first / 2 + (signed ? 1 : 0)) * 2 ** 24 + Number.parseInt(digits, 16)) >>> 0;
}
