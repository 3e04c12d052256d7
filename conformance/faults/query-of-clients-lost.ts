import type { Fault } from './fault.ts';
import { changedAnswers } from './ways/openid.ts';

const fault: Fault = {
  id: 'query-of-clients-lost',
  requirement: 'MDT-IDP-048',
  role: 'idp',
  breaks: 'what a redirect URI has in its query is lost',
  replaces: changedAnswers((context, tools) => {
    const location = context.response.get('location') ?? '';
    if (!location.includes('?foo=bar')) return;
    tools.fired();
    context.set('location', location.replace('foo=bar&', ''));
  }),
};

export default fault;
