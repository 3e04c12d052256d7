import type { Fault } from './fault.ts';
import { changedAnswers } from './ways/openid.ts';

const fault: Fault = {
  id: 'errors-without-state',
  requirement: 'MDT-IDP-059',
  role: 'idp',
  breaks: 'an error answer has no state',
  replaces: changedAnswers((context, tools) => {
    const location = context.response.get('location') ?? '';
    if (!/[?&]error=/.test(location)) return;
    tools.fired();
    context.set('location', location.replace(/&state=[^&]*/, ''));
  }),
};

export default fault;
