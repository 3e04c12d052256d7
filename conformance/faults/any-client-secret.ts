import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'any-client-secret',
  requirement: 'MDT-IDP-041',
  role: 'idp',
  breaks: 'any secret of a client is taken',
  replaces: changedProvider(({ Client }, tools) => {
    Client.prototype['compareClientSecret'] = () => {
      tools.fired();
      return true;
    };
  }),
};

export default fault;
