import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'client-keys-kept',
  requirement: 'MDT-IDP-042',
  role: 'idp',
  breaks: 'keys of a client are looked for once in a minute',
  replaces: replacing('reference/idp/client-keys.ts', 'lookAgainForKeys', (_original, tools) => () => tools.fired()),
};

export default fault;
