import type { Fault } from './fault.ts';
import { changedAdapter, changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'session-goes-on',
  requirement: 'MDT-IDP-019',
  role: 'idp',
  breaks: 'a logout leaves the session as it is',
  replaces: {
    ...changedAdapter('Session', (_adapter, tools) => ({ destroy: async () => tools.fired() })),
    ...changedProvider((provider) =>
      provider.use(async (context, next) => {
        await next();
        if (context.path.endsWith('/logout/confirm')) context.remove('set-cookie');
      }),
    ),
  },
};

export default fault;
