/** A fault in the metadata of a good record. */
import type { Fault, Tools } from '../fault.ts';

interface Metadata {
  readonly milagro_birth_record_anchor: object;
}

interface Publication {
  readonly metadata: Metadata;
}

interface Canonical {
  canonicalOctets(value: unknown): Uint8Array;
}

export function rewriteMetadata(change: (metadata: Metadata) => object): Fault['replaces'] {
  return {
    'reference/entity/publication.ts': {
      publish:
        (original: (...parts: unknown[]) => Promise<Publication>, tools: Tools) =>
        async (...parts: unknown[]) => {
          const publication = await original(...parts);
          const { canonicalOctets } = await tools.module<Canonical>('reference/core/canonical.ts');
          const metadata = change(publication.metadata);
          tools.fired();
          return { ...publication, metadata, metadataOctets: canonicalOctets(metadata) };
        },
    },
  };
}
