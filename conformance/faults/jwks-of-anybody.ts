import type { Fault } from './fault.ts';
import { passes } from './ways/shrug.ts';

const fault: Fault = {
  id: 'jwks-of-anybody',
  requirement: 'MDT-ENR-101',
  role: 'pat',
  breaks: 'a JWK Set is believed whoever has signed it',
  replaces: passes('reference/core/enrolment/jwks-vouch.ts', 'checkJwks', 'MDT_SIGNATURE'),
};

export default fault;
