import type { Fault } from './fault.ts';
import { forgiving } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'proves-the-shallow',
  requirement: 'MDT-RLY-010',
  role: 'relay',
  breaks: 'GetAnchorProof proves an anchor with fewer confirmations than were asked for',
  replaces: forgiving('anchorProof', /^MDT_CONFIRMATIONS$/, async (ask, { txid }) => ask({ txid, confirmations: 1 })),
};

export default fault;
