import type { Fault } from './fault.ts';
import { changedEntries } from './ways/openid.ts';

const fault: Fault = {
  id: 'unlogged-logouts',
  requirement: 'MDT-IDP-023',
  role: 'idp',
  breaks: 'logouts are not in the log',
  replaces: changedEntries((entry, tools) => {
    if (entry.event !== 'logout') return entry;
    tools.fired();
    return undefined;
  }),
};

export default fault;
