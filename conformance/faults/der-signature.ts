import type { Fault, Tools } from './fault.ts';

interface Publication {
  readonly hosted: { readonly signature: string };
  readonly metadata: object;
}

interface Canonical {
  canonicalOctets(value: unknown): Uint8Array;
}

function derOf(compact: string): string {
  const integers = [compact.slice(0, 64), compact.slice(64)].map((hex) => {
    const octets = /^[89a-f]/.test(hex) ? `00${hex}` : hex;
    return `02${(octets.length / 2).toString(16).padStart(2, '0')}${octets}`;
  });
  const body = integers.join('');
  return `30${(body.length / 2).toString(16)}${body}`;
}

const fault: Fault = {
  id: 'der-signature',
  requirement: 'MDT-DOC-012',
  breaks: 'the live signature is in DER',
  also: [
    { requirement: 'MDT-DOC-011', reason: '72 octets are no signature of the specified form' },
    { requirement: 'MDT-HST-001', reason: 'the envelope is not valid against its schema' },
    { requirement: 'MDT-HST-007', reason: 'nor is the metadata, which repeats the signature' },
  ],
  replaces: {
    'reference/entity/publication.ts': {
      publish:
        (original: (...parts: unknown[]) => Promise<Publication>, tools: Tools) =>
        async (...parts: unknown[]) => {
          const publication = await original(...parts);
          const { canonicalOctets } = await tools.module<Canonical>('reference/core/canonical.ts');
          tools.fired();
          const signature = derOf(publication.hosted.signature);
          const hosted = { ...publication.hosted, signature };
          const metadata = { ...publication.metadata, milagro_birth_record_signature: signature };
          const [hostedOctets, metadataOctets] = [canonicalOctets(hosted), canonicalOctets(metadata)];
          return { ...publication, hosted, metadata, hostedOctets, metadataOctets };
        },
    },
  },
};

export default fault;
