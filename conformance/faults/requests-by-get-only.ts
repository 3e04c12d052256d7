import type { Fault } from './fault.ts';
import { changedRequests, refuse } from './ways/openid.ts';

const fault: Fault = {
  id: 'requests-by-get-only',
  requirement: 'MDT-IDP-030',
  role: 'idp',
  breaks: 'an authorization request by POST is refused',
  replaces: changedRequests((context, tools) => {
    if (context.method !== 'POST' || !context.path.endsWith('/authorize')) return true;
    tools.fired();
    return refuse(context, 'invalid_request');
  }),
};

export default fault;
