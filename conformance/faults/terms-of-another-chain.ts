import type { Fault } from './fault.ts';
import { changedTerms } from './ways/relay-terms.ts';

const fault: Fault = {
  id: 'terms-of-another-chain',
  requirement: 'MDT-RLY-002',
  role: 'relay',
  breaks: 'the terms name the genesis of another chain',
  replaces: changedTerms(() => ({ genesis: Buffer.alloc(32, 1) })),
};

export default fault;
