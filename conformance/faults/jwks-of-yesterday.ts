import type { Fault } from './fault.ts';
import { passes } from './ways/shrug.ts';

const fault: Fault = {
  id: 'jwks-of-yesterday',
  requirement: 'MDT-ENR-102',
  role: 'pat',
  breaks: 'a JWK Set is believed whenever its signature ends',
  replaces: passes('reference/core/enrolment/jwks-vouch.ts', 'checkJwks', 'MDT_JWKS_EXPIRES'),
};

export default fault;
