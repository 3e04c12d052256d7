import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'launch-clock-ignored',
  requirement: 'MDT-TGT-011',
  breaks: 'the clock of the launch configuration is not taken',
  replaces: {
    'reference/runtime/clock.ts': {
      Clock: (original: new () => object, tools: Tools) =>
        class extends original {
          constructor() {
            super();
            tools.fired();
          }
        },
    },
  },
};

export default fault;
