import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'leads-anywhere',
  requirement: 'MDT-IDP-020',
  role: 'idp',
  breaks: 'a logout leads to any URI',
  replaces: changedProvider(({ Client: { prototype } }, tools) => {
    prototype['postLogoutRedirectUriAllowed'] = function (this: { postLogoutRedirectUris: string[] }, uri: string) {
      if (!this.postLogoutRedirectUris.includes(uri)) tools.fired();
      return true;
    };
  }),
};

export default fault;
