import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'refresh-by-anybody',
  requirement: 'MDT-IDP-043',
  role: 'idp',
  breaks: 'a refresh token is taken of every client',
  replaces: changedProvider((provider, tools) => {
    for (const model of [provider.RefreshToken, provider.Grant]) {
      const find = model.find.bind(model);
      model.find = async (value) => {
        const found = await find(value);
        const { clientId } = provider.constructor.ctx.oidc.client ?? {};
        const { grant_type: type } = provider.constructor.ctx.oidc.params ?? {};
        if (!found || type !== 'refresh_token' || found['clientId'] === clientId) return found;
        tools.fired();
        found['clientId'] = clientId;
        return found;
      };
    }
  }),
};

export default fault;
