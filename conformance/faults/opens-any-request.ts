import type { Fault } from './fault.ts';

const fault: Fault = {
  id: 'opens-any-request',
  requirement: 'MDT-ENR-104',
  role: 'pat',
  breaks: 'a PAT opens an address with another request than that of an enrolment',
  replaces: {
    'reference/core/enrolment/authorization-url.ts': {
      checkAuthorizationUrl:
        (original: (...given: never[]) => void, tools) =>
        (...given: never[]) => {
          try {
            original(...given);
          } catch (error) {
            if ((error as { code?: string }).code !== 'MDT_AUTHORIZATION_REQUEST') throw error;
            tools.fired();
          }
        },
    },
  },
};

export default fault;
