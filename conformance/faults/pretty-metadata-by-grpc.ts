import type { Fault, Tools } from './fault.ts';

interface Publication {
  readonly metadata: object;
  readonly metadataOctets: Uint8Array;
}

const fault: Fault = {
  id: 'pretty-metadata-by-grpc',
  requirement: 'MDT-HST-012',
  breaks: 'GetMetadata gives the metadata for people to read, not in canonical form',
  replaces: {
    'reference/dta/identity-service.ts': {
      identityService:
        (original: (current: () => Publication, onFault: unknown) => object, tools: Tools) =>
        (current: () => Publication, onFault: unknown) => {
          const other = (): Publication => {
            const publication = current();
            tools.fired();
            return { ...publication, metadataOctets: Buffer.from(JSON.stringify(publication.metadata, undefined, 2)) };
          };
          return original(other, onFault);
        },
    },
  },
};

export default fault;
