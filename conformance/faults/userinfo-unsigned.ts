import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'userinfo-unsigned',
  requirement: 'MDT-IDP-040',
  role: 'idp',
  breaks: 'UserInfo is never signed',
  replaces: changedSettings(({ features }, tools) => {
    tools.fired();
    return { features: { ...features, jwtUserinfo: { enabled: false } } };
  }),
};

export default fault;
