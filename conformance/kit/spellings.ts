/** The ways in which programs write octets: what a secret has to be looked for as, wherever it may have leaked. */
import { createHash } from 'node:crypto';
import { base32, createBase58check } from '@scure/base';

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
    found.push(Buffer.from(octets).reverse(), Buffer.from(Buffer.from(octets).reverse().toString('hex')));
    found.push(Buffer.from(BigInt(`0x${value}`).toString()));
    for (const prefix of WIF_PREFIXES)
      for (const end of [[COMPRESSED], []])
        found.push(Buffer.from(base58check.encode(Uint8Array.of(prefix, ...octets, ...end))));
  }
  return found;
}

function codings(octets: Buffer): Buffer[] {
  const pairs = octets.toString('hex').match(/../g) ?? [];
  const inHex = ['', ':', '-', ' '].map((between) => pairs.join(between)); // Node's way, OpenSSL's, those of dumps
  const literals = pairs.map((pair) => `0x${pair}`).join(',');
  const base32Text = base32.encode(octets).replace(/=+$/, '');
  const texts = [
    ...[...inHex, literals].flatMap((text) => [text, text.toUpperCase()]),
    literals.replaceAll(/[a-f](?=[^x]*)/g, (digit) => digit.toUpperCase()), // 0x6B
    octets.join(','), // a Buffer in JSON
    octets.join(', '),
    octets.join(' '), // Go's
    new Int8Array(octets).join(','), // Java's
    pairs.map((pair) => String.raw`\u00${pair}`).join(''),
    pairs.map((pair) => String.raw`\x${pair}`).join(''),
    pythonRepr(octets),
    ...[base32Text, base32Text.toLowerCase()],
    ...base64Forms(octets),
  ];
  const wide = [octets.toString('latin1'), inHex[0] ?? ''].map((text) => Buffer.from(text, 'utf16le'));
  return [...texts.map((text) => Buffer.from(text)), ...wide, ...wide.map((text) => Buffer.from(text).swap16())];
}

/** What Python prints between the quotes of a bytes literal. */
function pythonRepr(octets: Buffer): string {
  const short: Readonly<Record<number, string>> = {
    9: String.raw`\t`,
    10: String.raw`\n`,
    13: String.raw`\r`,
    92: String.raw`\\`,
  };
  const character = (octet: number): string => {
    const plain = octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : undefined;
    return short[octet] ?? plain ?? String.raw`\x${octet.toString(16).padStart(2, '0')}`;
  };
  return [...octets].map(character).join('');
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
