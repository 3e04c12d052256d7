import type { Fault, Tools } from './fault.ts';

type Register = (...given: unknown[]) => Promise<string>;

const ANOTHER = '11'.repeat(32);

const fault: Fault = {
  id: 'by-any-id',
  requirement: 'MDT-PAT-107',
  role: 'pat',
  breaks: 'whatever ID a relay answers, the signature is taken for registered',
  replaces: {
    'reference/pat/relay-registrations.ts': {
      registerBy:
        (original: Register, tools: Tools) =>
        async (...given: unknown[]) => {
          try {
            return await original(...given);
          } catch (error) {
            if (!(error as Error).message.includes('another statement')) throw error;
            tools.fired();
            return ANOTHER;
          }
        },
    },
  },
};

export default fault;
