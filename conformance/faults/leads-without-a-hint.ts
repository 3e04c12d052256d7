import type { Fault } from './fault.ts';
import { changedRequests } from './ways/openid.ts';

const fault: Fault = {
  id: 'leads-without-a-hint',
  requirement: 'MDT-IDP-050',
  role: 'idp',
  breaks: 'a logout leads to the last client, whatever hint it has or has not',
  replaces: (() => {
    let last: string | undefined;
    return changedRequests((context, tools) => {
      const { path, query } = context;
      if (path.endsWith('/authorize')) last = query['client_id'];
      if (!path.endsWith('/logout') || query['post_logout_redirect_uri'] === undefined) return;
      const { id_token_hint: _hint, ...rest } = query;
      tools.fired();
      context.query = { ...rest, client_id: last };
    });
  })(),
};

export default fault;
