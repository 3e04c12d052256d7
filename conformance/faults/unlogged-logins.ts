import type { Fault } from './fault.ts';
import { changedEntries } from './ways/openid.ts';

const fault: Fault = {
  id: 'unlogged-logins',
  requirement: 'MDT-IDP-023',
  role: 'idp',
  breaks: 'logins are not in the log',
  replaces: changedEntries((entry, tools) => {
    if (entry.event !== 'login') return entry;
    tools.fired();
    return undefined;
  }),
};

export default fault;
