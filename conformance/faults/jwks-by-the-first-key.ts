import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'jwks-by-the-first-key',
  requirement: 'MDT-IDP-004',
  role: 'idp',
  breaks: 'the key of the first record goes on signing the JWK Set after a succession',
  shows: ['succession'],
  replaces: replacing('reference/idp/jwks-signature.ts', 'signJwks', (original, tools) => {
    let first: Buffer | undefined;
    return (entityId, jwks, expires, key) => {
      first ??= Buffer.from(key as Uint8Array);
      if (!first.equals(key as Uint8Array)) tools.fired();
      return original(entityId, jwks, expires, first);
    };
  }),
};

export default fault;
