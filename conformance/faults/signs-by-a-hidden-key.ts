import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'signs-by-a-hidden-key',
  requirement: 'MDT-IDP-007',
  role: 'idp',
  breaks: 'the key that signs ID Tokens is not in the JWK Set',
  also: [{ requirement: 'MDT-IDP-021', reason: 'a logout token is signed by the same key' }],
  replaces: replacing('reference/idp/signing-keys.ts', 'publicSet', (original, tools) => (keys) => {
    tools.fired();
    return original((keys as { alg?: string }[]).filter(({ alg }) => alg !== 'RS256'));
  }),
};

export default fault;
