import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'no-reflection',
  requirement: 'MDT-HST-014',
  breaks: 'reflection lists nothing',
  replaces: {
    'reference/runtime/grpc-reflection.ts': {
      filesOfSet: (_original: unknown, tools: Tools) => () => {
        tools.fired();
        return [];
      },
    },
  },
};

export default fault;
