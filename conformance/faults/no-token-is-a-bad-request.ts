import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'no-token-is-a-bad-request',
  requirement: 'MDT-IDP-028',
  role: 'idp',
  breaks: 'a registration without the initial access token is answered 400',
  replaces: changedProvider((provider, tools) =>
    provider.use(async (context, next) => {
      await next();
      if (context.oidc?.route !== 'registration' || context.status !== 401) return;
      tools.fired();
      context.status = 400;
      context.body = { error: 'invalid_request' };
    }),
  ),
};

export default fault;
