import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'userinfo-of-another',
  requirement: 'MDT-IDP-014',
  role: 'idp',
  breaks: 'UserInfo is of somebody else',
  also: [{ requirement: 'MDT-IDP-017', reason: 'it is so after a kill, too' }],
  replaces: changedProvider((provider, tools) =>
    provider.use(async (context, next) => {
      await next();
      if (!context.path.endsWith('/userinfo') || context.status !== 200) return;
      tools.fired();
      context.body = { ...context.body, sub: 'somebody-else' };
    }),
  ),
};

export default fault;
