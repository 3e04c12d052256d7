import type { Fault } from './fault.ts';
import { asAtFirst } from './ways/relay-answer.ts';

const fault: Fault = {
  id: 'unspent-of-before',
  requirement: 'MDT-RLY-015',
  role: 'relay',
  breaks: 'ListUnspent of a script is answered as it was at first, whatever has been paid to it and spent of it',
  replaces: asAtFirst('unspent'),
};

export default fault;
