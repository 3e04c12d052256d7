import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'jwks-signature-for-ever',
  requirement: 'MDT-IDP-005',
  role: 'idp',
  breaks: 'the signature of the JWK Set ends in a year',
  replaces: replacing(
    'reference/idp/jwks-signature.ts',
    'signJwks',
    (original, tools) => (entityId, jwks, expires, key) => {
      tools.fired();
      return original(entityId, jwks, Number(expires) + 365 * 86_400, key);
    },
  ),
};

export default fault;
