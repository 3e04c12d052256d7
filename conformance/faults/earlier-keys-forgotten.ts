import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'earlier-keys-forgotten',
  requirement: 'MDT-IDP-046',
  role: 'idp',
  breaks: 'the JWK Set has the newest keys alone',
  replaces: replacing('reference/idp/signing-keys.ts', 'publicSet', (original, tools) => (keys) => {
    const newest = (keys as object[]).slice(0, 3);
    if (newest.length < (keys as object[]).length) tools.fired();
    return original(newest);
  }),
};

export default fault;
