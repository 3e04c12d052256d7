import type { Fault } from './fault.ts';
import { asAtFirst } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'frozen-status',
  requirement: 'MDT-RLY-012',
  role: 'relay',
  breaks:
    'GetTransactionStatus of a confirmed transaction is answered as it was at first, whatever came upon its block',
  replaces: asAtFirst('status', ({ confirmations }) => confirmations > 0),
};

export default fault;
