import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'proof-of-its-neighbour',
  requirement: 'MDT-LOG-015',
  breaks: 'an inclusion proof is that of the entry beside it',
  replaces: changedLog((log, tools) => {
    const inclusionProof = log.inclusionProof.bind(log);
    log.inclusionProof = (index, size) => {
      tools.fired();
      return inclusionProof(index > 0 ? index - 1 : Math.min(1, size - 1), size);
    };
  }),
};

export default fault;
