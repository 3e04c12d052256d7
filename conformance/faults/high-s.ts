import type { Fault, Tools } from './fault.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const fault: Fault = {
  id: 'high-s',
  requirement: 'MDT-DOC-013',
  breaks: 'the live signature has n − s in place of s',
  replaces: {
    'reference/core/document-signature.ts': {
      signDigest:
        (original: (type: string, digest: Uint8Array, secret: Uint8Array) => Uint8Array, tools: Tools) =>
        (type: string, digest: Uint8Array, secret: Uint8Array) => {
          tools.fired();
          const octets = Buffer.from(original(type, digest, secret));
          const s = BigInt(`0x${octets.subarray(32).toString('hex')}`);
          octets.write((ORDER - s).toString(16).padStart(64, '0'), 32, 'hex');
          return new Uint8Array(octets);
        },
    },
  },
};

export default fault;
