import type { Fault } from './fault.ts';

const fault: Fault = {
  id: 'jwks-of-yesterday',
  requirement: 'MDT-ENR-102',
  role: 'pat',
  breaks: 'a JWK Set is believed whenever its signature ends',
  replaces: {
    'reference/core/enrolment/jwks-vouch.ts': {
      checkJwks:
        (original: (...given: never[]) => void, tools) =>
        (...given: never[]) => {
          try {
            original(...given);
          } catch (error) {
            if ((error as { code?: string }).code !== 'MDT_JWKS_EXPIRES') throw error;
            tools.fired();
          }
        },
    },
  },
};

export default fault;
