import type { Fault } from './fault.ts';
import { changedRequests } from './ways/openid.ts';

const fault: Fault = {
  id: 'logout-without-its-state',
  requirement: 'MDT-IDP-052',
  role: 'idp',
  breaks: 'a logout comes back without its state',
  replaces: changedRequests((context, tools) => {
    const { state, ...rest } = context.query;
    if (!context.path.endsWith('/logout') || state === undefined) return;
    tools.fired();
    context.query = rest;
  }),
};

export default fault;
