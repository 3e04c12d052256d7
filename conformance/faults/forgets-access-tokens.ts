import type { Fault } from './fault.ts';
import { forgetting } from './ways/openid.ts';

const fault: Fault = {
  id: 'forgets-access-tokens',
  requirement: 'MDT-IDP-017',
  role: 'idp',
  breaks: 'access tokens are kept in memory alone',
  replaces: forgetting('AccessToken'),
};

export default fault;
