import type { Fault } from './fault.ts';
import { changedEntries } from './ways/openid.ts';

const fault: Fault = {
  id: 'commitment-of-another',
  requirement: 'MDT-IDP-025',
  role: 'idp',
  breaks: 'the entry of a token commits to something else',
  replaces: changedEntries((entry, tools) => {
    if (entry.event !== 'token_issued') return entry;
    tools.fired();
    return { ...entry, commitment: '00'.repeat(32) };
  }),
};

export default fault;
