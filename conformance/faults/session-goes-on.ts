import type { Fault } from './fault.ts';
import { changedAdapter, changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'session-goes-on',
  requirement: 'MDT-IDP-019',
  role: 'idp',
  breaks: 'a logout leaves session and grants as they are',
  also: [
    { requirement: 'MDT-IDP-051', reason: 'a logout that names no client leaves the session, too' },
    { requirement: 'MDT-IDP-052', reason: 'so does one that comes back to its client' },
    { requirement: 'MDT-IDP-053', reason: 'the frame says what is true: the session goes on' },
  ],
  replaces: {
    ...changedAdapter('Grant', () => ({ destroy: async () => undefined })),
    ...changedProvider((provider, tools) => {
      const isLogout = (path: string): boolean => path.endsWith('/logout/confirm');
      const { prototype } = provider.Session;
      const { destroy } = prototype;
      prototype.destroy = async function (this: unknown) {
        if (!isLogout(provider.constructor.ctx.path)) return destroy.call(this);
        tools.fired();
      };
      provider.use(async (context, next) => {
        await next();
        if (isLogout(context.path)) context.remove('set-cookie');
      });
    }),
  },
};

export default fault;
