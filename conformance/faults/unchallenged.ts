import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'unchallenged',
  requirement: 'MDT-IDP-010',
  role: 'idp',
  breaks: 'a client without a secret gets a code without a challenge',
  replaces: changedSettings((_settings, tools) => ({
    pkce: {
      required: () => {
        tools.fired();
        return false;
      },
    },
  })),
};

export default fault;
