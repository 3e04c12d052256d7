import type { Fault } from './fault.ts';
import { changedEntries } from './ways/openid.ts';

/** More than there are in a life of few logins. */
const ENTERED = 20;

const fault: Fault = {
  id: 'later-tokens-unlogged',
  requirement: 'MDT-IDP-025',
  role: 'idp',
  breaks: 'from the twentieth on ID Tokens are not in the log',
  replaces: (() => {
    let count = 0;
    return changedEntries((entry, tools) => {
      if (entry.event !== 'token_issued' || ++count <= ENTERED) return entry;
      tools.fired();
      return undefined;
    });
  })(),
};

export default fault;
