import type { Fault, Tools } from './fault.ts';

interface Publication {
  readonly recordOctets: Uint8Array;
}

const fault: Fault = {
  id: 'another-record-by-grpc',
  requirement: 'MDT-HST-010',
  breaks: 'GetBirthRecord gives a record with a line feed at its end',
  replaces: {
    'reference/dta/identity-service.ts': {
      identityService:
        (original: (current: () => Publication, onFault: unknown) => object, tools: Tools) =>
        (current: () => Publication, onFault: unknown) => {
          const other = (): Publication => {
            const publication = current();
            tools.fired();
            return { ...publication, recordOctets: Buffer.concat([publication.recordOctets, Buffer.from('\n')]) };
          };
          return original(other, onFault);
        },
    },
  },
};

export default fault;
