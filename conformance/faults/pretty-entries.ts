import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'pretty-entries',
  requirement: 'MDT-LOG-001',
  breaks: 'entries have white space between their members',
  replaces: changedLog((log, tools) => {
    const append = log.append.bind(log);
    log.append = async (entry) => {
      tools.fired();
      return append(Buffer.from(JSON.stringify(JSON.parse(Buffer.from(entry).toString('utf8')), undefined, 1)));
    };
  }),
};

export default fault;
