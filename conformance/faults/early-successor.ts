import type { Fault, Tools } from './fault.ts';

interface Kept {
  readonly records: readonly object[];
}

interface Link {
  readonly kind: string;
}

type InForce = (kept: Kept, links: readonly Link[]) => { readonly records: readonly object[] } | undefined;

const fault: Fault = {
  id: 'early-successor',
  requirement: 'MDT-REC-020',
  breaks: 'a successor is hosted as soon as its SUCCESSOR is in a block',
  also: [
    { requirement: 'MDT-PRF-007', reason: 'what is shown early has no proof yet' },
    {
      requirement: 'MDT-PRF-003',
      reason: 'beside it stands the proof of the record before, which another key has signed',
    },
    { requirement: 'MDT-LOC-001', reason: 'and the locator of that' },
  ],
  replaces: {
    'reference/entity/record-in-force.ts': {
      recordInForce: (original: InForce, tools: Tools) => (kept: Kept, links: readonly Link[]) => {
        const found = original(kept, links);
        const count = links.filter(({ kind }) => kind === 'BIRTH' || kind === 'SUCCESSOR').length;
        if (!found || found.records.length === count) return found;
        tools.fired();
        return { ...found, records: kept.records.slice(0, count) };
      },
    },
  },
};

export default fault;
