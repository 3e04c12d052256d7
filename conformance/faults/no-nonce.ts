import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'no-nonce',
  requirement: 'MDT-IDP-013',
  role: 'idp',
  breaks: 'an ID Token of a login has no nonce',
  also: [{ requirement: 'MDT-IDP-007', reason: 'a relying party does not take it' }],
  replaces: changedProvider((provider, tools) => {
    const { prototype } = provider.IdToken;
    const { set } = prototype;
    prototype.set = function (name, value) {
      const grant = provider.constructor.ctx?.oidc.params?.['grant_type'];
      if (name !== 'nonce' || grant !== 'authorization_code') return set.call(this, name, value);
      tools.fired();
    };
  }),
};

export default fault;
