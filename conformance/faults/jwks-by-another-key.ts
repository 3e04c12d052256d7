import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'jwks-by-another-key',
  requirement: 'MDT-IDP-004',
  role: 'idp',
  breaks: 'another key than that of the record signs the JWK Set',
  replaces: replacing(
    'reference/idp/jwks-signature.ts',
    'signJwks',
    (original, tools) => (entityId, jwks, expires, key) => {
      tools.fired();
      return original(entityId, jwks, expires, Buffer.from(key as Uint8Array).fill(1));
    },
  ),
};

export default fault;
