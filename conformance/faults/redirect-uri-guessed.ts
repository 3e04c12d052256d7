import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'redirect-uri-guessed',
  requirement: 'MDT-IDP-031',
  role: 'idp',
  breaks: 'a request without redirect_uri goes to the one that is registered',
  replaces: changedSettings((_settings, tools) => {
    tools.fired();
    return { allowOmittingSingleRegisteredRedirectUri: true };
  }),
};

export default fault;
