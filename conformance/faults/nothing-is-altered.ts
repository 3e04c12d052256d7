import type { Fault, Tools } from './fault.ts';

type Contradicts = (records: unknown, known: unknown) => string | undefined;
type Check = (...given: unknown[]) => void;

function noAlteration(original: Check, tools: Tools): Check {
  return (...given) => {
    try {
      original(...given);
    } catch (error) {
      if ((error as { code?: string }).code !== 'MDT_ALTERED') throw error;
      tools.fired();
      throw Object.assign(error as Error, { code: 'MDT_SOURCE' });
    }
  };
}

const fault: Fault = {
  id: 'nothing-is-altered',
  requirement: 'MDT-VER-103',
  role: 'pat',
  breaks: 'another record by the known key is taken for a mistake of the network',
  replaces: {
    'reference/core/verification/record-steps.ts': {
      checkPin: (original: Check, tools: Tools) => noAlteration(original, tools),
      contradicts: (original: Contradicts, tools: Tools) => (records: unknown, known: unknown) => {
        const said = original(records, known);
        if (said === 'MDT_ALTERED') tools.fired();
        return said === undefined ? undefined : 'MDT_SOURCE';
      },
    },
  },
};

export default fault;
