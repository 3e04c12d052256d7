import type { Fault } from './fault.ts';
import { changedProvider } from './ways/openid.ts';

const fault: Fault = {
  id: 'redirects-by-any-case',
  requirement: 'MDT-IDP-012',
  role: 'idp',
  breaks: 'upper and lower case of a redirect URI are one',
  replaces: changedProvider(({ Client: { prototype } }, tools) => {
    prototype['redirectUriAllowed'] = function (this: { redirectUris: string[] }, uri: string) {
      if (!this.redirectUris.includes(uri)) tools.fired();
      return this.redirectUris.some((registered) => uri.toLowerCase() === registered.toLowerCase());
    };
  }),
};

export default fault;
