import type { Fault } from './fault.ts';
import { passes } from './ways/shrug.ts';

const fault: Fault = {
  id: 'opens-any-address',
  requirement: 'MDT-ENR-103',
  role: 'pat',
  breaks: 'a PAT opens an address that is not of the IdP',
  replaces: passes('reference/core/enrolment/authorization-url.ts', 'checkAuthorizationUrl', 'MDT_AUTHORIZATION_URL'),
};

export default fault;
