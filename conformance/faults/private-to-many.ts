import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'private-to-many',
  requirement: 'MDT-IDP-029',
  role: 'idp',
  breaks: 'a private IdP registers whoever shows its token',
  replaces: replacing('reference/idp/only-client.ts', 'onlyClient', (_original, tools) => (adapter) => {
    tools.fired();
    return adapter;
  }),
};

export default fault;
