import type { Fault } from './fault.ts';
import { changedRequests } from './ways/openid.ts';

const fault: Fault = {
  id: 'response-type-guessed',
  requirement: 'MDT-IDP-031',
  role: 'idp',
  breaks: 'a request without response_type is taken for one with code',
  replaces: changedRequests((context, tools) => {
    const { query } = context;
    if (query['response_type'] !== undefined || !context.path.endsWith('/authorize')) return;
    tools.fired();
    context.query = { ...query, response_type: 'code' };
  }),
};

export default fault;
