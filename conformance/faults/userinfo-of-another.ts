import type { Fault } from './fault.ts';
import { changedClaims } from './ways/openid.ts';

const fault: Fault = {
  id: 'userinfo-of-another',
  requirement: 'MDT-IDP-014',
  role: 'idp',
  breaks: 'UserInfo is of somebody else',
  also: [{ requirement: 'MDT-IDP-017', reason: 'it is so after a kill, too' }],
  replaces: changedClaims((claims, { oidc }, tools) => {
    if (oidc.route !== 'userinfo') return claims;
    tools.fired();
    return { ...claims, sub: 'somebody-else' };
  }),
};

export default fault;
