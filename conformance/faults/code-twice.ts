import type { Fault } from './fault.ts';
import { changedAdapter } from './ways/openid.ts';

const fault: Fault = {
  id: 'code-twice',
  requirement: 'MDT-IDP-011',
  role: 'idp',
  breaks: 'a code is taken again',
  replaces: changedAdapter('AuthorizationCode', (_adapter, tools) => ({ consume: async () => tools.fired() })),
};

export default fault;
