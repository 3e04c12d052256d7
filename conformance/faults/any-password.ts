import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'any-password',
  requirement: 'MDT-IDP-060',
  role: 'idp',
  breaks: 'any password is taken',
  replaces: replacing('reference/idp/password.ts', 'isPassword', (_original, tools) => async () => {
    tools.fired();
    return true;
  }),
};

export default fault;
