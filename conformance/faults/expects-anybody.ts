import type { Fault, Tools } from './fault.ts';

type Check = (...given: unknown[]) => void;

const fault: Fault = {
  id: 'expects-anybody',
  requirement: 'MDT-VER-109',
  role: 'pat',
  breaks: 'an entity is taken for the one that is expected',
  also: [{ requirement: 'MDT-VER-103', reason: 'of a record of somebody else more is found wrong than whose it is' }],
  replaces: {
    'reference/core/verification/record-steps.ts': {
      checkPin:
        (original: Check, tools: Tools) =>
        (...given: unknown[]) => {
          try {
            original(...given);
          } catch (error) {
            if ((error as { code?: string }).code !== 'MDT_PIN') throw error;
            tools.fired();
          }
        },
    },
  },
};

export default fault;
