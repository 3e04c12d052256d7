/** A fault in what is answered by gRPC of a good record: the calls are given another publication than HTTP has. */
import type { Fault, Tools } from '../fault.ts';

// An envelope is whatever the fault makes of it, so its type says nothing.
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

interface Publication {
  readonly hosted: Loose;
  readonly metadata: object;
  readonly recordOctets: Uint8Array;
  readonly metadataOctets: Uint8Array;
}

/** `change` gives the members that the calls see in place of the true ones. */
export function republishByGrpc(change: (publication: Publication) => Partial<Publication>): Fault['replaces'] {
  return {
    'reference/entity/identity-service.ts': {
      identityService:
        (original: (current: () => Publication, onFault: unknown) => object, tools: Tools) =>
        (current: () => Publication, onFault: unknown) => {
          const other = (): Publication => {
            const publication = current();
            tools.fired();
            return { ...publication, ...change(publication) };
          };
          return original(other, onFault);
        },
    },
  };
}

/** `change` alters a copy of the envelope in place. */
export function rewriteByGrpc(change: (hosted: Loose) => void): Fault['replaces'] {
  return republishByGrpc((publication) => {
    const hosted: Loose = JSON.parse(JSON.stringify(publication.hosted)); // the lineage shares its proof with the anchor
    change(hosted);
    return { hosted };
  });
}
