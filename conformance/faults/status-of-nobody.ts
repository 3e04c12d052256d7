import type { Fault } from './fault.ts';
import { changedRoot } from './ways/root.ts';

const fault: Fault = {
  id: 'status-of-nobody',
  requirement: 'MDT-LOG-023',
  breaks: 'roots name a STATUS that nobody has seen',
  also: [{ requirement: 'MDT-STA-013', reason: 'so they name no newer one' }],
  replaces: changedRoot(({ statusDigest }) => ({ statusDigest: statusDigest.split('').reverse().join('') })),
};

export default fault;
