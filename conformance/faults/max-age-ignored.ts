import type { Fault } from './fault.ts';
import { withoutParameter } from './ways/openid.ts';

const fault: Fault = {
  id: 'max-age-ignored',
  requirement: 'MDT-IDP-035',
  role: 'idp',
  breaks: 'max_age is ignored',
  replaces: withoutParameter('max_age'),
};

export default fault;
