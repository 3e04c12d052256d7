import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'entries-with-names',
  requirement: 'MDT-LOG-001',
  breaks: 'entries say who it was, in a member of their own',
  also: [{ requirement: 'MDT-LOG-035', reason: 'nobody asked for that member' }],
  replaces: changedLog((log, tools) => {
    const append = log.append.bind(log);
    log.append = async (entry) => {
      tools.fired();
      return append(Buffer.from(`${Buffer.from(entry).toString('utf8').slice(0, -1)},"who":"somebody"}`));
    };
  }),
};

export default fault;
