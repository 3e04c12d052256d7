import type { Fault } from './fault.ts';
import { changedMoment } from './ways/moment.ts';

const fault: Fault = {
  id: 'status-of-no-block',
  requirement: 'MDT-DOC-015',
  breaks: 'the freshness block of STATUSes has the hash of no block',
  shows: ['canary'],
  replaces: changedMoment('status', ({ freshness }) => ({ freshness: { ...freshness, hash: 'ef'.repeat(32) } })),
};

export default fault;
