import type { Fault, Tools } from './fault.ts';

interface Publication {
  readonly metadata: object;
  readonly entityId: string;
}

const fault: Fault = {
  id: 'metadata-of-another',
  requirement: 'MDT-HST-008',
  breaks: 'the metadata states another entity_id than the record',
  replaces: {
    'reference/dta/publication.ts': {
      publish:
        (original: (...parts: unknown[]) => Promise<Publication>, tools: Tools) =>
        async (...parts: unknown[]) => {
          const publication = await original(...parts);
          tools.fired();
          const metadata = { ...publication.metadata, entity_id: '00'.repeat(32) };
          const { canonicalOctets } = await tools.module<{ canonicalOctets(value: unknown): Uint8Array }>(
            'reference/core/canonical.ts',
          );
          return { ...publication, metadata, metadataOctets: canonicalOctets(metadata) };
        },
    },
  },
};

export default fault;
