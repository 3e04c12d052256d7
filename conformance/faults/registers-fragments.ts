import type { Fault } from './fault.ts';
import { changedAnswers } from './ways/openid.ts';

const fault: Fault = {
  id: 'registers-fragments',
  requirement: 'MDT-IDP-047',
  role: 'idp',
  breaks: 'a redirect URI with a fragment is registered',
  replaces: changedAnswers((context, tools) => {
    if (context.status !== 400 || context.body['error'] !== 'invalid_redirect_uri') return;
    tools.fired();
    context.status = 201;
    context.body = { client_id: 'with-a-fragment', redirect_uris: [] };
  }),
};

export default fault;
