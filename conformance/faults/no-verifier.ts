import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'no-verifier',
  requirement: 'MDT-IDP-009',
  role: 'idp',
  breaks: 'a code is taken without a verifier',
  replaces: changedProvider((provider, tools) => {
    const { AuthorizationCode } = provider;
    const find = AuthorizationCode.find.bind(AuthorizationCode);
    AuthorizationCode.find = async (value) => {
      const code = await find(value);
      const { code_verifier: verifier } = provider.constructor.ctx.oidc.params ?? {};
      if (code && verifier === undefined) {
        tools.fired();
        code['codeChallenge'] = undefined;
      }
      return code;
    };
  }),
};

export default fault;
