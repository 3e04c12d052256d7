import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'jwks-of-before',
  requirement: 'MDT-IDP-004',
  role: 'idp',
  breaks: 'the signature is over a JWK Set that is not the one that is shown',
  replaces: replacing(
    'reference/idp/jwks-signature.ts',
    'signJwks',
    (original, tools) => (entityId, _jwks, expires, key) => {
      tools.fired();
      return original(entityId, { keys: [] }, expires, key);
    },
  ),
};

export default fault;
