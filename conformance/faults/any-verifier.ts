import type { Fault } from './fault.ts';
import { createHash } from 'node:crypto';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'any-verifier',
  requirement: 'MDT-IDP-009',
  role: 'idp',
  breaks: 'a code is taken with any verifier',
  replaces: changedProvider((provider, tools) => {
    const { AuthorizationCode } = provider;
    const find = AuthorizationCode.find.bind(AuthorizationCode);
    AuthorizationCode.find = async (value) => {
      const code = await find(value);
      const { code_verifier: verifier } = provider.constructor.ctx.oidc.params ?? {};
      if (code && typeof verifier === 'string') {
        const fitting = createHash('sha256').update(verifier).digest('base64url');
        if (code['codeChallenge'] !== fitting) tools.fired();
        code['codeChallenge'] = fitting;
      }
      return code;
    };
  }),
};

export default fault;
