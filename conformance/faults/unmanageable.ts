import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'unmanageable',
  requirement: 'MDT-IDP-015',
  role: 'idp',
  breaks: 'who is registered is not told where that is managed',
  also: [
    { requirement: 'MDT-IDP-016', reason: 'nobody knows where to manage it' },
    { requirement: 'MDT-IDP-017', reason: 'nobody knows where to read it after a kill' },
  ],
  replaces: changedProvider((provider, tools) =>
    provider.use(async (context, next) => {
      await next();
      if (context.method !== 'POST' || context.status !== 201) return;
      tools.fired();
      const { registration_client_uri: _where, ...rest } = context.body;
      context.body = rest;
    }),
  ),
};

export default fault;
