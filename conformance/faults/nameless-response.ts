import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'nameless-response',
  requirement: 'MDT-IDP-013',
  role: 'idp',
  breaks: 'an authorization response does not say whose it is',
  also: [
    { requirement: 'MDT-IDP-007', reason: 'a relying party that is told to expect it does not go on' },
    { requirement: 'MDT-IDP-017', reason: 'nor does it after a kill' },
  ],
  replaces: replacing(
    'reference/idp/session-management.ts',
    'addSessionState',
    (original, tools) => (context, out, key) => {
      original(context, out, key);
      tools.fired();
      delete (out as Record<string, unknown>)['iss'];
    },
  ),
};

export default fault;
