import type { Fault, Tools } from './fault.ts';

interface Publication {
  readonly hosted: { readonly birth_record: object };
}

interface Place {
  readonly confirmations: number;
}

const fault: Fault = {
  id: 'altered-record',
  requirement: 'MDT-REC-002',
  breaks: 'once the BIRTH is deep, the hosted record bears another name than the anchored one',
  also: [
    {
      requirement: 'MDT-KEY-006',
      reason: 'the signature of the anchored record stands beside another digest: one nonce for two',
    },
    { requirement: 'MDT-REC-019', reason: 'among the predecessors the record is as it was anchored' },
    { requirement: 'MDT-REC-020', reason: 'the record before a successor is not the one that was shown before' },
  ],
  replaces: {
    'reference/entity/publication.ts': {
      publish:
        (original: (node: object, network: string, place: Place) => Promise<Publication>, tools: Tools) =>
        async (node: object, network: string, place: Place) => {
          const publication = await original(node, network, place);
          if (place.confirmations < 6) return publication;
          tools.fired();
          const hosted = {
            ...publication.hosted,
            birth_record: { ...publication.hosted.birth_record, name: 'Somebody else' },
          };
          return { ...publication, hosted, hostedOctets: Buffer.from(JSON.stringify(hosted)) };
        },
    },
  },
};

export default fault;
