import type { Fault } from './fault.ts';
import { forgetting } from './ways/openid.ts';

const fault: Fault = {
  id: 'forgets-clients',
  requirement: 'MDT-IDP-017',
  role: 'idp',
  breaks: 'clients are kept in memory alone',
  replaces: forgetting('Client'),
};

export default fault;
