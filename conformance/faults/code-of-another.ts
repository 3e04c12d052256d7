import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'code-of-another',
  requirement: 'MDT-IDP-054',
  role: 'idp',
  breaks: 'a code is taken of any client',
  replaces: changedProvider((provider, tools) => {
    for (const model of [provider.AuthorizationCode, provider.Grant]) {
      const find = model.find.bind(model);
      model.find = async (value) => {
        const found = await find(value);
        const { clientId } = provider.constructor.ctx.oidc.client ?? {};
        const { grant_type: type } = provider.constructor.ctx.oidc.params ?? {};
        if (!found || type !== 'authorization_code' || found['clientId'] === clientId) return found;
        tools.fired();
        found['clientId'] = clientId;
        if ('redirectUri' in found) found['redirectUri'] = provider.constructor.ctx.oidc.params?.['redirect_uri'];
        return found;
      };
    }
  }),
};

export default fault;
