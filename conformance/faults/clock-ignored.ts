import type { Fault, Tools } from './fault.ts';

interface Clock {
  setOffset(seconds: number): void;
}

const fault: Fault = {
  id: 'clock-ignored',
  requirement: 'MDT-TGT-011',
  breaks: '`clock` is answered, and the clock stays as it is',
  replaces: {
    'reference/runtime/clock.ts': {
      Clock: (original: new (offset?: number) => Clock, tools: Tools) =>
        class extends original {
          override setOffset(): void {
            tools.fired();
          }
        },
    },
  },
};

export default fault;
