import type { Fault } from './fault.ts';
import { changedEntries } from './ways/openid.ts';

const fault: Fault = {
  id: 'entry-of-another',
  requirement: 'MDT-IDP-024',
  role: 'idp',
  breaks: 'the entry of a token is of another subject',
  replaces: changedEntries((entry, tools) => {
    if (entry.event !== 'token_issued') return entry;
    tools.fired();
    return { ...entry, subject: '00'.repeat(32) };
  }),
};

export default fault;
