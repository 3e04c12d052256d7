import type { Fault } from './fault.ts';
import { changedMoment } from './ways/moment.ts';

const fault: Fault = {
  id: 'roots-dated-back',
  requirement: 'MDT-LOG-034',
  breaks: 'a root is created as its period ends, however late it is written',
  also: [{ requirement: 'MDT-DOC-016', reason: 'the time of the chain may be ahead of the clock' }],
  replaces: changedMoment('activity-root', ({ period }) => ({
    created: new Date((period?.end ?? 0) * 1_000).toISOString().replace('.000Z', 'Z'),
  })),
};

export default fault;
