import type { Fault } from './fault.ts';
import { withoutParameter } from './ways/openid.ts';

const fault: Fault = {
  id: 'request-objects-ignored',
  requirement: 'MDT-IDP-036',
  role: 'idp',
  breaks: 'what is in request is ignored',
  replaces: withoutParameter('request'),
};

export default fault;
