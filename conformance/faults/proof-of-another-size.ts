import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'proof-of-another-size',
  requirement: 'MDT-LOG-015',
  breaks: 'a consistency proof is from another size than the one that was asked for',
  also: [{ requirement: 'MDT-LOG-031', reason: 'one from a size to itself is from a smaller one, and has hashes' }],
  replaces: changedLog((log, tools) => {
    const consistencyProof = log.consistencyProof.bind(log);
    log.consistencyProof = (first, second) => {
      tools.fired();
      return consistencyProof(Math.max(1, first - 1), second);
    };
  }),
};

export default fault;
