import type { Fault } from './fault.ts';
import { changedSettings } from './ways/openid.ts';

const fault: Fault = {
  id: 'registers-without-its-token',
  requirement: 'MDT-IDP-028',
  role: 'idp',
  breaks: 'an IdP whose registration is by token registers whoever asks',
  replaces: changedSettings(({ features }, tools) => ({
    features: {
      ...features,
      registration: {
        ...features.registration,
        get initialAccessToken(): false {
          if (features.registration.initialAccessToken !== false) tools.fired();
          return false;
        },
      },
    },
  })),
};

export default fault;
