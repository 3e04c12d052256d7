import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'shows-its-keys',
  requirement: 'MDT-IDP-055',
  role: 'idp',
  breaks: 'the JWK Set has the private members of its elliptic keys',
  replaces: replacing('reference/idp/signing-keys.ts', 'publicSet', (original, tools) => (keys) => {
    const { keys: shown } = original(keys) as { keys: Record<string, unknown>[] };
    tools.fired();
    return { keys: shown.map((key, index) => (key['x'] === undefined ? key : (keys as object[])[index])) };
  }),
};

export default fault;
