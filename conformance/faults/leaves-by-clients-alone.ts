import type { Fault } from './fault.ts';
import { changedRequests, refuse } from './ways/openid.ts';

const fault: Fault = {
  id: 'leaves-by-clients-alone',
  requirement: 'MDT-IDP-051',
  role: 'idp',
  breaks: 'a logout that names no client is refused',
  replaces: changedRequests((context, tools) => {
    const { path, method, query } = context;
    if (!path.endsWith('/logout') || method !== 'GET' || query['id_token_hint'] !== undefined) return true;
    tools.fired();
    return refuse(context, 'invalid_request');
  }),
};

export default fault;
