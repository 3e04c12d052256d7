/** The ways in which programs write octets: what a secret has to be looked for as, wherever it may have leaked. */
import { createHash } from 'node:crypto';
import { createBase58check } from '@scure/base';

const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest();
const base58check = createBase58check(sha256);
/** First octet of a private key in wallet import format: main network, test networks. */
const WIF_PREFIXES = [0x80, 0xef];
const COMPRESSED = 0x01;

/**
 * Every spelling in which a secret betrays itself: as given, its octets in hexadecimal, Base64, as lists of numbers;
 * and where it is 32 octets in hexadecimal, the octets themselves, their other codings, and the form wallets import.
 */
export function spellings(value: string): Buffer[] {
  const found = [Buffer.from(value), ...codings(Buffer.from(value))];
  if (/^[0-9a-f]{64}$/.test(value)) {
    const octets = Buffer.from(value, 'hex');
    found.push(octets, ...codings(octets));
    for (const prefix of WIF_PREFIXES)
      found.push(Buffer.from(base58check.encode(Uint8Array.of(prefix, ...octets, COMPRESSED))));
  }
  return found;
}

function codings(octets: Buffer): Buffer[] {
  const pairs = octets.toString('hex').match(/../g) ?? [];
  const texts = [
    pairs.join(''),
    pairs.join('').toUpperCase(),
    pairs.join(' '), // Node's way to print a Buffer
    pairs.join(':'), // OpenSSL's
    octets.join(','), // a Buffer in JSON
    octets.join(', '),
    ...base64Forms(octets),
  ];
  return texts.map((text) => Buffer.from(text));
}

/**
 * What Base64 and its URL form hold of the octets wherever they stand in a longer text, as the password does in
 * `user:password`: for each of the three places in a group, the characters that no neighbour has a part in.
 */
function base64Forms(octets: Buffer): string[] {
  return (['base64', 'base64url'] as const).flatMap((coding) =>
    [0, 1, 2].map((before) => {
      const text = Buffer.concat([Buffer.alloc(before), octets]).toString(coding);
      return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + octets.length) * 8) / 6));
    }),
  );
}
