import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'no-session-state',
  requirement: 'MDT-IDP-018',
  role: 'idp',
  breaks: 'an authorization response has no session_state',
  replaces: replacing(
    'reference/idp/session-management.ts',
    'addSessionState',
    (_original, tools) => () => tools.fired(),
  ),
};

export default fault;
