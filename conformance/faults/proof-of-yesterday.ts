import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'proof-of-yesterday',
  requirement: 'MDT-IDP-027',
  role: 'idp',
  breaks: 'a subject token is taken long after it has expired',
  replaces: replacing('reference/idp/subject-token.ts', 'isTimely', (_original, tools) => () => {
    tools.fired();
    return true;
  }),
};

export default fault;
