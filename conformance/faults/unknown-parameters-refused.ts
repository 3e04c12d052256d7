import type { Fault } from './fault.ts';
import { changedRequests, refuse } from './ways/openid.ts';

const fault: Fault = {
  id: 'unknown-parameters-refused',
  requirement: 'MDT-IDP-032',
  role: 'idp',
  breaks: 'a request with a parameter that nobody knows is refused',
  replaces: changedRequests((context, tools) => {
    if (context.query['extra'] === undefined) return true;
    tools.fired();
    return refuse(context, 'invalid_request');
  }),
};

export default fault;
