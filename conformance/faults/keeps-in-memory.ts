import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'keeps-in-memory',
  requirement: 'MDT-RLY-023',
  role: 'relay',
  breaks: 'registrations are kept in memory and on no disk',
  also: [{ requirement: 'MDT-RLY-030', reason: 'keys go with what they named' }],
  replaces: {
    'reference/relay/registration-store.ts': {
      RegistrationStore: (original: new (path: string) => object, tools: Tools) =>
        class extends original {
          constructor(_path: string) {
            super(':memory:');
            tools.fired();
          }
        },
    },
  },
};

export default fault;
