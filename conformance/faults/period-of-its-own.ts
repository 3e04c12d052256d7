import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'period-of-its-own',
  requirement: 'MDT-LOG-019',
  breaks: 'periods end a second after the multiple',
  replaces: {
    'reference/core/activity-root.ts': {
      periodEnd:
        (original: (start: number, period: number) => number, tools: Tools) => (start: number, period: number) => {
          tools.fired();
          return original(start, period) + 1;
        },
    },
  },
};

export default fault;
