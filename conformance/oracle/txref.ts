/** BIP-136 transaction references, by the `bech32` package (Bech32m). */
import { bech32m } from 'bech32';
import { Refusal } from './refusal.ts';

export type Network = 'main' | 'test' | 'regtest';

export interface Txref {
  network: Network;
  height: number;
  tx_index: number;
  /** Present where the reference names an output. */
  vout?: number;
}

const CODES: Record<Network, { hrp: string; plain: number; withOutput: number }> = {
  main: { hrp: 'tx', plain: 3, withOutput: 4 },
  test: { hrp: 'txtest', plain: 6, withOutput: 7 },
  regtest: { hrp: 'txrt', plain: 0, withOutput: 1 },
};

/** 5-bit groups, least significant first, of an index of 15 bits. */
function group15(index: number): number[] {
  return [index & 31, (index >> 5) & 31, (index >> 10) & 31];
}

export function encodeTxref({ network, height, tx_index: index, vout }: Txref): string {
  const { hrp, plain, withOutput } = CODES[network];
  const heightGroups = [
    (height & 15) << 1,
    (height >> 4) & 31,
    (height >> 9) & 31,
    (height >> 14) & 31,
    (height >> 19) & 31,
  ];
  const words = [
    vout === undefined ? plain : withOutput,
    ...heightGroups,
    ...group15(index),
    ...(vout === undefined ? [] : group15(vout)),
  ];
  const data = bech32m.encode(hrp, words).slice(hrp.length + 1);
  return `${hrp}1:${data.match(/.{1,4}/g)?.join('-') ?? ''}`;
}

/** Reads a reference as BIP-136 says: characters outside the alphabet are dropped after the separator. */
export function decodeTxref(text: string, network?: Network): Txref {
  const refuse = (why: string): never => {
    throw new Refusal('MDT_TXREF', '/txref', why);
  };
  if (text.length > 200) refuse('longer than 200 characters');
  const separator = text.indexOf('1');
  if (separator < 1) refuse('no separator');
  const data = text.slice(separator + 1).replace(/[^02-9ac-hj-np-zAC-HJ-NP-Z]/g, '');
  let decoded: { prefix: string; words: number[] } = { prefix: '', words: [] };
  try {
    decoded = bech32m.decode(`${text.slice(0, separator)}1${data}`);
  } catch (error) {
    refuse((error as Error).message);
  }
  const [magic = 0, ...words] = decoded.words;
  const found =
    (Object.keys(CODES) as Network[]).find((name) => CODES[name].hrp === decoded.prefix) ??
    refuse('another human-readable part');
  if (network !== undefined && found !== network) refuse('another network');
  const codes = CODES[found];
  const withOutput = magic === codes.withOutput;
  if (!withOutput && magic !== codes.plain) refuse(`magic code ${String(magic)}`);
  if (words.length !== (withOutput ? 11 : 8)) refuse(`${String(words.length + 1)} groups`);
  const [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, ...rest] = words;
  if ((h0 & 1) === 1) refuse('version 1');
  const index15 = (from: number): number =>
    (rest[from] ?? 0) | ((rest[from + 1] ?? 0) << 5) | ((rest[from + 2] ?? 0) << 10);
  const height = (h0 >> 1) | (h1 << 4) | (h2 << 9) | (h3 << 14) | (h4 << 19);
  return { network: found, height, tx_index: index15(0), ...(withOutput && { vout: index15(3) }) };
}
