import type { Fault } from './fault.ts';
import { changedMoment } from './ways/moment.ts';

const fault: Fault = {
  id: 'roots-of-another-chain',
  requirement: 'MDT-DOC-017',
  breaks: '`chain.genesis` of roots is that of another network',
  shows: ['logging'],
  replaces: changedMoment('activity-root', ({ chain }) => ({ chain: { ...chain, genesis: 'ab'.repeat(32) } })),
};

export default fault;
