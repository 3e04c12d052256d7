import type { Fault } from './fault.ts';
import { passes } from './ways/shrug.ts';

const fault: Fault = {
  id: 'opens-any-request',
  requirement: 'MDT-ENR-104',
  role: 'pat',
  breaks: 'a PAT opens an address with another request than that of an enrolment',
  replaces: passes(
    'reference/core/enrolment/authorization-url.ts',
    'checkAuthorizationUrl',
    'MDT_AUTHORIZATION_REQUEST',
  ),
};

export default fault;
