import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const EARLIER_MS = 5_000;
let count = 0;

const fault: Fault = {
  id: 'time-goes-back',
  requirement: 'MDT-LOG-002',
  breaks: 'every third entry is of five seconds ago',
  also: [
    { requirement: 'MDT-LOG-004', reason: 'the promise has the time that the entry should have' },
    { requirement: 'MDT-LOG-017', reason: 'entries of an earlier period come after its root' },
  ],
  replaces: changedLog((log, tools) => {
    const append = log.append.bind(log);
    log.append = async (entry) => {
      if ((count += 1) % 3 > 0) return append(entry);
      tools.fired();
      const value = JSON.parse(Buffer.from(entry).toString('utf8')) as { time: string };
      const earlier = new Date(Date.parse(value.time) - EARLIER_MS).toISOString().replace('.000Z', 'Z');
      return append(Buffer.from(JSON.stringify({ ...value, time: earlier })));
    };
  }),
};

export default fault;
