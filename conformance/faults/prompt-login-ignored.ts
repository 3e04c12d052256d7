import type { Fault } from './fault.ts';
import { withoutParameter } from './ways/openid.ts';

const fault: Fault = {
  id: 'prompt-login-ignored',
  requirement: 'MDT-IDP-033',
  role: 'idp',
  breaks: 'prompt=login is ignored',
  replaces: withoutParameter('prompt', 'login'),
};

export default fault;
