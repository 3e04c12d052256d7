import type { Fault } from './fault.ts';
import { changedRequests, refuse } from './ways/openid.ts';

const fault: Fault = {
  id: 'nonce-required',
  requirement: 'MDT-IDP-032',
  role: 'idp',
  breaks: 'a request without a nonce is refused',
  replaces: changedRequests((context, tools) => {
    const { path, query } = context;
    if (!path.endsWith('/authorize') || query['nonce'] !== undefined || query['client_id'] === undefined) return true;
    tools.fired();
    return refuse(context, 'invalid_request');
  }),
};

export default fault;
