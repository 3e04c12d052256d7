import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'no-nonce-of-a-thing',
  requirement: 'MDT-IDP-026',
  role: 'idp',
  breaks: 'an ID Token of a thing has no nonce',
  replaces: changedProvider((provider, tools) => {
    const { prototype } = provider.IdToken;
    const { set } = prototype;
    prototype.set = function (name, value) {
      const grant = provider.constructor.ctx?.oidc.params?.['grant_type'];
      if (name !== 'nonce' || grant !== 'urn:ietf:params:oauth:grant-type:token-exchange')
        return set.call(this, name, value);
      tools.fired();
    };
  }),
};

export default fault;
