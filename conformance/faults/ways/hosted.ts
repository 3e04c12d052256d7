/** A fault in what is hosted of a good BIRTH: the envelope is changed, or written otherwise, after it was made. */
import type { Fault, Tools } from '../fault.ts';

// An envelope is whatever the fault makes of it, so its type says nothing.
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

interface Publication {
  readonly hosted: Loose;
}

interface Canonical {
  canonicalOctets(value: unknown): Uint8Array;
}

/** `change` alters a copy of the envelope in place; `spell` its octets. */
export function rewriteHosted(
  change: (hosted: Loose) => void,
  spell: (text: string) => string = (text) => text,
): Fault['replaces'] {
  return {
    'reference/entity/publication.ts': {
      publish:
        (original: (...parts: unknown[]) => Promise<Publication>, tools: Tools) =>
        async (...parts: unknown[]) => {
          const publication = await original(...parts);
          const { canonicalOctets } = await tools.module<Canonical>('reference/core/canonical.ts');
          const hosted: Loose = JSON.parse(JSON.stringify(publication.hosted)); // the lineage shares its proof with the anchor
          change(hosted);
          tools.fired();
          const text = spell(Buffer.from(canonicalOctets(hosted)).toString('utf8'));
          return { ...publication, hosted, hostedOctets: Buffer.from(text) };
        },
    },
  };
}
