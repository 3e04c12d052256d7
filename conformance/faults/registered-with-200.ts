import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'registered-with-200',
  requirement: 'MDT-IDP-015',
  role: 'idp',
  breaks: 'a registration is answered with status 200',
  replaces: changedProvider((provider, tools) =>
    provider.use(async (context, next) => {
      await next();
      if (context.status !== 201) return;
      tools.fired();
      context.status = 200;
    }),
  ),
};

export default fault;
