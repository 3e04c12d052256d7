import type { Fault } from './fault.ts';
import { passes } from './ways/shrug.ts';

const fault: Fault = {
  id: 'opens-any-nonce',
  requirement: 'MDT-ENR-105',
  role: 'pat',
  breaks: 'a PAT opens an address with the nonce of another enrolment',
  replaces: passes('reference/core/enrolment/authorization-url.ts', 'checkAuthorizationUrl', 'MDT_ENROLLMENT_NONCE'),
};

export default fault;
