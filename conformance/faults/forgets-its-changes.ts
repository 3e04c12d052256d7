import type { Fault } from './fault.ts';
import { handedOverOnce } from './ways/handed-over-once.ts';

/** The push of a SUCCESSOR's or a RETIRE's payload: marker, version, kind. */
const CHANGE = /4d696c6167726f20442d54410104|4d696c6167726f20442d54410105/;

const fault: Fault = {
  id: 'forgets-its-changes',
  requirement: 'MDT-LIN-017',
  breaks: 'a SUCCESSOR or RETIRE is handed to the node once, and a node that has forgotten it is waited for',
  replaces: handedOverOnce((transaction) => CHANGE.test(transaction)),
};

export default fault;
