/** P2WPKH as checks see it: the script of a key, and the signature in a witness. */
import { createHash } from 'node:crypto';
import { Untestable } from '../kit/expect.ts';
import { hasLowS } from '../oracle/signature.ts';
import { sha256 } from '../oracle/digest.ts';

/** The script that pays to a compressed key (BIP-141), hexadecimal. */
export function p2wpkh(point33: Uint8Array): string {
  return `0014${createHash('ripemd160').update(sha256(point33)).digest('hex')}`;
}

export interface Witness {
  /** `r`, 32 octets, hexadecimal. */
  readonly r: string;
  /** `s`, hexadecimal. */
  readonly s: string;
  readonly lowS: boolean;
}

/** The signature of a P2WPKH witness. bitcoind refuses one that is not strict DER, so its places are fixed. */
export function witnessOf(items: readonly string[] | undefined): Witness {
  const der = Buffer.from(items?.[0] ?? '', 'hex');
  const rLength = der[3] ?? 0;
  const sLength = der[5 + rLength] ?? 0;
  const s = der.subarray(6 + rLength, 6 + rLength + sLength);
  if (der[0] !== 0x30 || s.length === 0) throw new Untestable('input 0 carries no signature');
  const value = Buffer.concat([Buffer.alloc(32), s]).subarray(-32);
  const padded = (octets: Buffer): string =>
    Buffer.concat([Buffer.alloc(32), octets])
      .subarray(-32)
      .toString('hex');
  return {
    r: padded(der.subarray(4, 4 + rLength)),
    s: s.toString('hex'),
    lowS: hasLowS(Buffer.concat([Buffer.alloc(32), value])),
  };
}
