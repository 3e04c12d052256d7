import type { Fault } from './fault.ts';
import { changedRequests, refuse } from './ways/openid.ts';

const fault: Fault = {
  id: 'userinfo-by-get-only',
  requirement: 'MDT-IDP-037',
  role: 'idp',
  breaks: 'UserInfo is served by GET only',
  also: [{ requirement: 'MDT-IDP-038', reason: 'a token in the body comes by POST' }],
  replaces: changedRequests((context, tools) => {
    if (context.method !== 'POST' || !context.path.endsWith('/userinfo')) return true;
    tools.fired();
    return refuse(context, 'invalid_request');
  }),
};

export default fault;
