import type { Fault } from './fault.ts';
import { changedStatus } from './ways/status.ts';

const fault: Fault = {
  id: 'codes-in-disorder',
  requirement: 'MDT-STA-001',
  breaks: 'the codes of a STATUS are in an order of their own',
  replaces: changedStatus(
    () => ({}),
    (document) => ({ ...document, codes: document.codes.toReversed() }),
  ),
};

export default fault;
