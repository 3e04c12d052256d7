import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'refreshed-as-a-login',
  requirement: 'MDT-IDP-044',
  role: 'idp',
  breaks: 'auth_time of an ID Token is when it was refreshed',
  replaces: changedProvider((provider, tools) => {
    const { prototype } = provider.IdToken;
    const { set } = prototype;
    prototype.set = function (this: typeof prototype, name, value) {
      const { grant_type: type } = provider.constructor.ctx.oidc.params ?? {};
      const isRefreshed = name === 'auth_time' && type === 'refresh_token';
      if (isRefreshed) tools.fired();
      set.call(this, name, isRefreshed ? Number(value) + 1 : value);
    };
  }),
};

export default fault;
