import type { Fault } from './fault.ts';
import { changedAnswer } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'lineage-without-its-end',
  requirement: 'MDT-RLY-011',
  role: 'relay',
  breaks: 'the newest member of a lineage is left out of its proof',
  replaces: changedAnswer('lineageProof', (ask, tools) => async (asked) => {
    const { lineage } = await ask(asked);
    const last = (lineage?.transactions.length ?? 0) - 1;
    if (!lineage || last < 1) return { lineage };
    tools.fired();
    const { transactions, proofs } = lineage;
    return { lineage: { transactions: transactions.slice(0, last), proofs: proofs.filter(({ link }) => link < last) } };
  }),
};

export default fault;
