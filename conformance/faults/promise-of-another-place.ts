import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'promise-of-another-place',
  requirement: 'MDT-LOG-006',
  breaks: 'a promise names the place after that of its entry',
  also: [{ requirement: 'MDT-LOG-016', reason: 'the checkpoint that has the entry is taken for too small' }],
  replaces: changedLog((log, tools) => {
    const append = log.append.bind(log);
    log.append = async (entry) => {
      tools.fired();
      const { index, leafHash } = await append(entry);
      return { index: index + 1, leafHash };
    };
  }),
};

export default fault;
