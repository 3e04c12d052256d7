import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'proof-of-another',
  requirement: 'MDT-IDP-027',
  role: 'idp',
  breaks: 'a subject token is taken whoever it is by and about',
  replaces: replacing('reference/idp/subject-token.ts', 'isBy', (_original, tools) => () => {
    tools.fired();
    return true;
  }),
};

export default fault;
