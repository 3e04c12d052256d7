import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'tokens-for-years',
  requirement: 'MDT-IDP-058',
  role: 'idp',
  breaks: 'ID Tokens hold for ten years',
  replaces: changedSettings((_settings, tools) => {
    tools.fired();
    return { ttl: { IdToken: 315_360_000, AccessToken: 3_600, AuthorizationCode: 60, Grant: 86_400, Session: 86_400 } };
  }),
};

export default fault;
