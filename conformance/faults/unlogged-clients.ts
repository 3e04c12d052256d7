import type { Fault } from './fault.ts';
import { changedEntries } from './ways/openid.ts';

const fault: Fault = {
  id: 'unlogged-clients',
  requirement: 'MDT-IDP-023',
  role: 'idp',
  breaks: 'registrations are not in the log',
  replaces: changedEntries((entry, tools) => {
    if (entry.event !== 'client_registered') return entry;
    tools.fired();
    return undefined;
  }),
};

export default fault;
