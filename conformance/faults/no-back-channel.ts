import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'no-back-channel',
  requirement: 'MDT-IDP-021',
  role: 'idp',
  breaks: 'servers of clients are not told of a logout',
  replaces: changedProvider(({ Client: { prototype } }, tools) => {
    prototype['backchannelLogout'] = async () => tools.fired();
  }),
};

export default fault;
