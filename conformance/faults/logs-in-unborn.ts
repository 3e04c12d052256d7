import type { Fault } from './fault.ts';
import { changedParts } from './ways/openid.ts';

const fault: Fault = {
  id: 'logs-in-unborn',
  requirement: 'MDT-IDP-006',
  role: 'idp',
  breaks: 'OpenID endpoints answer before the record is served',
  replaces: changedParts(({ served }, tools) => ({
    served: () => {
      try {
        return served();
      } catch {
        tools.fired();
        return {};
      }
    },
  })),
};

export default fault;
