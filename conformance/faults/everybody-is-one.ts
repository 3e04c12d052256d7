import type { Fault } from './fault.ts';
import { changedClaims } from './ways/openid.ts';

const fault: Fault = {
  id: 'everybody-is-one',
  requirement: 'MDT-IDP-061',
  role: 'idp',
  breaks: 'every person has the same sub',
  replaces: changedClaims((claims, _context, tools) => {
    tools.fired();
    return { ...claims, sub: 'everybody' };
  }),
};

export default fault;
