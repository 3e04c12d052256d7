import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'no-front-channel',
  requirement: 'MDT-IDP-021',
  role: 'idp',
  breaks: 'no frame tells clients of a logout',
  replaces: replacing('reference/idp/front-channel.ts', 'logoutFrames', (_original, tools) => async () => {
    tools.fired();
    return [];
  }),
};

export default fault;
