import type { Fault, Tools } from './fault.ts';

interface Publication {
  readonly hosted: { readonly anchor: { readonly proof: object } };
}

const fault: Fault = {
  id: 'another-proof-by-grpc',
  requirement: 'MDT-HST-011',
  breaks: 'GetAnchorProof gives another header',
  replaces: {
    'reference/dta/identity-service.ts': {
      identityService:
        (original: (current: () => Publication, onFault: unknown) => object, tools: Tools) =>
        (current: () => Publication, onFault: unknown) => {
          const other = (): Publication => {
            const publication = current();
            tools.fired();
            const { hosted } = publication;
            const proof = { ...hosted.anchor.proof, header: '00'.repeat(80) };
            return { ...publication, hosted: { ...hosted, anchor: { ...hosted.anchor, proof } } };
          };
          return original(other, onFault);
        },
    },
  },
};

export default fault;
