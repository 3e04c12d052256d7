import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'proof-for-another',
  requirement: 'MDT-IDP-027',
  role: 'idp',
  breaks: 'a subject token is taken whomever it is for',
  replaces: replacing('reference/idp/subject-token.ts', 'isFor', (_original, tools) => () => {
    tools.fired();
    return true;
  }),
};

export default fault;
