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

interface Metadata {
  readonly identity: { readonly octets: Buffer };
}

interface Showing {
  current(): Publication;
  metadata(): Metadata;
}

/** `change` gives the members that the calls see in place of the true ones. */
export function republishByGrpc(change: (publication: Publication) => Partial<Publication>): Fault['replaces'] {
  return {
    'reference/entity/identity-service.ts': {
      identityService:
        (original: (showing: Showing, onFault: unknown) => object, tools: Tools) =>
        (showing: Showing, onFault: unknown) => {
          const current = (): Publication => {
            const publication = showing.current();
            tools.fired();
            return { ...publication, ...change(publication) };
          };
          const metadata = (): Metadata => {
            const { identity } = showing.metadata();
            return { identity: { ...identity, octets: Buffer.from(current().metadataOctets) } };
          };
          return original({ current, metadata }, onFault);
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
