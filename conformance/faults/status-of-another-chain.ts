import type { Fault } from './fault.ts';
import { changedMoment } from './ways/moment.ts';

const fault: Fault = {
  id: 'status-of-another-chain',
  requirement: 'MDT-DOC-017',
  breaks: '`chain.genesis` of STATUSes is that of another network',
  shows: ['canary'],
  replaces: changedMoment('status', ({ chain }) => ({ chain: { ...chain, genesis: 'ab'.repeat(32) } })),
};

export default fault;
