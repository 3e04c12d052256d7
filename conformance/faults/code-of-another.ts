import type { Fault } from './fault.ts';
import { foundForAnybody } from './ways/openid.ts';

const fault: Fault = {
  id: 'code-of-another',
  requirement: 'MDT-IDP-054',
  role: 'idp',
  breaks: 'a code is taken of any client',
  replaces: foundForAnybody('AuthorizationCode', 'authorization_code', ({ redirect_uri: redirectUri }) => ({
    redirectUri,
  })),
};

export default fault;
