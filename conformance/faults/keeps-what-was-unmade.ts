import type { Fault, Tools } from './fault.ts';

interface Publication {
  readonly hosted: { readonly predecessors?: readonly object[] };
}

interface InForce {
  readonly records: readonly object[];
}

type IsCurrent = (publication: Publication, node: object, inForce: InForce, grown: boolean) => Promise<boolean>;

const fault: Fault = {
  id: 'keeps-what-was-unmade',
  requirement: 'MDT-REC-020',
  breaks: 'a successor that was once in force stays hosted when a reorganisation has taken its SUCCESSOR out',
  also: [{ requirement: 'MDT-PRF-006', reason: 'it stays hosted with the lineage that it had' }],
  replaces: {
    'reference/entity/publication.ts': {
      isCurrent:
        (original: IsCurrent, tools: Tools): IsCurrent =>
        async (publication, node, inForce, grown) => {
          const { predecessors = [] } = publication.hosted;
          if (inForce.records.length > predecessors.length) return original(publication, node, inForce, grown);
          tools.fired();
          return true;
        },
    },
  },
};

export default fault;
