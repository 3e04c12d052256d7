import type { Fault } from './fault.ts';
import { changedAnswers } from './ways/openid.ts';

const fault: Fault = {
  id: 'tokens-in-caches',
  requirement: 'MDT-IDP-056',
  role: 'idp',
  breaks: 'caches may keep tokens',
  replaces: changedAnswers((context, tools) => {
    if (!context.path.endsWith('/token') || context.status !== 200) return;
    tools.fired();
    context.set('cache-control', 'private, max-age=60');
  }),
};

export default fault;
