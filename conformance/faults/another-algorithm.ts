import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'another-algorithm',
  requirement: 'MDT-IDP-007',
  role: 'idp',
  breaks: 'ID Tokens are signed with ES256 where nobody has asked for it',
  also: [
    { requirement: 'MDT-IDP-021', reason: 'a logout token is signed by the same algorithm' },
    { requirement: 'MDT-IDP-046', reason: 'an ID Token after a change of keys is, too' },
  ],
  replaces: changedSettings((_settings, tools) => {
    tools.fired();
    return { clientDefaults: { id_token_signed_response_alg: 'ES256' } };
  }),
};

export default fault;
