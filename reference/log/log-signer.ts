/** `keys.log`: Ed25519, signs checkpoints and promises (spec 8.2, 8.4). */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

/** RFC 8410: what stands before the 32 octets of a seed in PKCS #8. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_KEY_OCTETS = 32;

export class LogSigner {
  readonly publicKey: Uint8Array;
  readonly #key: KeyObject;

  /** @param seed 32 octets */
  constructor(seed: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.publicKey = Uint8Array.from(spki.subarray(-PUBLIC_KEY_OCTETS));
  }

  /** 64 octets. By OpenSSL, which signs some fifty times as fast as noble does. */
  readonly sign = (message: Uint8Array): Uint8Array => sign(null, message, this.#key);
}
