import type { Fault } from './fault.ts';
import { changedProvider, type Context } from './ways/openid.ts';

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
        const { ctx } = provider.constructor as { readonly ctx?: Partial<Context> }; // none at a page of consent
        const { clientId } = ctx?.oidc?.client ?? {};
        const { grant_type: type } = ctx?.oidc?.params ?? {};
        if (!found || type !== 'refresh_token' || found['clientId'] === clientId) return found;
        tools.fired();
        found['clientId'] = clientId;
        return found;
      };
    }
  }),
};

export default fault;
