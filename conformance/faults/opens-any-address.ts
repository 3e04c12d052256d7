import type { Fault } from './fault.ts';

const fault: Fault = {
  id: 'opens-any-address',
  requirement: 'MDT-ENR-103',
  role: 'pat',
  breaks: 'a PAT opens an address that is not of the IdP',
  replaces: {
    'reference/core/enrolment/authorization-url.ts': {
      checkAuthorizationUrl:
        (original: (...given: never[]) => void, tools) =>
        (...given: never[]) => {
          try {
            original(...given);
          } catch (error) {
            if ((error as { code?: string }).code !== 'MDT_AUTHORIZATION_URL') throw error;
            tools.fired();
          }
        },
    },
  },
};

export default fault;
