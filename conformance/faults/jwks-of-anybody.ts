import type { Fault } from './fault.ts';

const fault: Fault = {
  id: 'jwks-of-anybody',
  requirement: 'MDT-ENR-101',
  role: 'pat',
  breaks: 'a JWK Set is believed whoever has signed it',
  replaces: {
    'reference/core/enrolment/jwks-vouch.ts': {
      checkJwks:
        (original: (...given: never[]) => void, tools) =>
        (...given: never[]) => {
          try {
            original(...given);
          } catch (error) {
            if ((error as { code?: string }).code !== 'MDT_SIGNATURE') throw error;
            tools.fired();
          }
        },
    },
  },
};

export default fault;
