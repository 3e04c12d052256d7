import type { Fault } from './fault.ts';
import { rewriteSuccessor } from './ways/successor.ts';

const fault: Fault = {
  id: 'lineage-of-another',
  requirement: 'MDT-REC-016',
  breaks: 'a successor names another outpoint than the first record',
  replaces: rewriteSuccessor(({ lineage, ...others }) => ({
    ...others,
    lineage: { ...lineage, vout: lineage.vout + 1 },
  })),
};

export default fault;
