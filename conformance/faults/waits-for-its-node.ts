import type { Fault } from './fault.ts';
import { handedOverOnce } from './ways/handed-over-once.ts';

const fault: Fault = {
  id: 'waits-for-its-node',
  requirement: 'MDT-LIN-017',
  breaks: 'an anchor is handed to the node once, and a node that has forgotten it is waited for',
  replaces: handedOverOnce(() => true),
};

export default fault;
