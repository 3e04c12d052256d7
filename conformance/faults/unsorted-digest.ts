import { createHash } from 'node:crypto';
import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'unsorted-digest',
  requirement: 'MDT-DOC-010',
  breaks: 'the digest is over JSON.stringify, whose members stand in the order of writing',
  also: [
    { requirement: 'MDT-HST-010', reason: 'GetBirthRecord gives the very octets that were hashed' },
    { requirement: 'MDT-HST-012', reason: 'GetMetadata gives octets of the same function' },
  ],
  replaces: {
    'reference/core/canonical.ts': {
      canonicalOctets: (_original: unknown, tools: Tools) => (value: unknown) => {
        tools.fired();
        return new Uint8Array(Buffer.from(JSON.stringify(value)));
      },
      documentDigest: () => (value: unknown) =>
        new Uint8Array(createHash('sha256').update(JSON.stringify(value)).digest()),
    },
  },
};

export default fault;
