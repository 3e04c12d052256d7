import type { Fault } from './fault.ts';

const fault: Fault = {
  id: 'opens-any-nonce',
  requirement: 'MDT-ENR-105',
  role: 'pat',
  breaks: 'a PAT opens an address with the nonce of another enrolment',
  replaces: {
    'reference/core/enrolment/authorization-url.ts': {
      checkAuthorizationUrl:
        (original: (...given: never[]) => void, tools) =>
        (...given: never[]) => {
          try {
            original(...given);
          } catch (error) {
            if ((error as { code?: string }).code !== 'MDT_ENROLLMENT_NONCE') throw error;
            tools.fired();
          }
        },
    },
  },
};

export default fault;
