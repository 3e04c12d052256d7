import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'ends-in-anger',
  requirement: 'MDT-TGT-006',
  breaks: 'SIGTERM ends it with status 7',
  replaces: {
    'reference/cli/serve-entity.ts': {
      serveEntity: (original: (role: object) => Promise<number>, tools: Tools) => async (role: object) => {
        await original(role);
        tools.fired();
        return 7;
      },
    },
  },
};

export default fault;
