import type { Fault } from './fault.ts';
import { changedRequests } from './ways/openid.ts';

const fault: Fault = {
  id: 'plain-challenges',
  requirement: 'MDT-IDP-063',
  role: 'idp',
  breaks: 'a challenge in the clear is taken',
  replaces: changedRequests((context, tools) => {
    const { query } = context;
    if (query['code_challenge_method'] !== 'plain') return;
    tools.fired();
    context.query = { ...query, code_challenge_method: 'S256' };
  }),
};

export default fault;
