import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'managed-by-anybody',
  requirement: 'MDT-IDP-016',
  role: 'idp',
  breaks: 'whoever shows any token manages a client',
  replaces: changedProvider((provider, tools) => {
    const { RegistrationAccessToken: Token } = provider;
    const find = Token.find.bind(Token);
    Token.find = async (value) => {
      const found = await find(value);
      if (found) return found;
      tools.fired();
      return new Token({ clientId: provider.constructor.ctx.params.clientId, jti: 'of-nobody' });
    };
  }),
};

export default fault;
