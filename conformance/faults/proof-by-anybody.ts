import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'proof-by-anybody',
  requirement: 'MDT-IDP-027',
  role: 'idp',
  breaks: 'a subject token is taken whoever has signed it',
  replaces: replacing('reference/idp/subject-token.ts', 'isSigned', (_original, tools) => () => {
    tools.fired();
    return true;
  }),
};

export default fault;
