import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'jwks-of-another-entity',
  requirement: 'MDT-IDP-004',
  role: 'idp',
  breaks: 'what is signed for the JWK Set names another entity',
  replaces: replacing(
    'reference/idp/jwks-signature.ts',
    'signJwks',
    (original, tools) => (_entityId, jwks, expires, key) => {
      tools.fired();
      return original('00'.repeat(32), jwks, expires, key);
    },
  ),
};

export default fault;
