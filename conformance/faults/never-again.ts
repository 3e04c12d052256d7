import type { Fault } from './fault.ts';
import { handedOverOnce } from './ways/handed-over-once.ts';

/** The push of the payload of a PAT_SIGNATURE or PAT_BATCH: marker, version, kind. */
const REGISTRATION = /4d696c6167726f20442d54410110|4d696c6167726f20442d54410111/;

const fault: Fault = {
  id: 'never-again',
  requirement: 'MDT-RLY-031',
  role: 'relay',
  breaks: 'the transaction of a registration is handed to the node once, and never again',
  replaces: handedOverOnce((transaction) => REGISTRATION.test(transaction)),
};

export default fault;
