import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'redirects-by-prefix',
  requirement: 'MDT-IDP-012',
  role: 'idp',
  breaks: 'a redirect URI has to begin with a registered one',
  replaces: changedProvider(({ Client: { prototype } }, tools) => {
    prototype['redirectUriAllowed'] = function (this: { redirectUris: string[] }, uri: string) {
      if (!this.redirectUris.includes(uri)) tools.fired();
      return this.redirectUris.some((registered) => uri.startsWith(registered));
    };
  }),
};

export default fault;
