import type { Fault, Tools } from './fault.ts';

interface Output {
  waiting(code: string, detail: string): boolean;
}

const fault: Fault = {
  id: 'unheard-of-reason',
  requirement: 'MDT-TGT-010',
  breaks: 'it waits for confirmations under a code that is not registered',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override waiting(code: string, detail: string): boolean {
            if (code !== 'MDT_CONFIRMATIONS') return super.waiting(code, detail);
            tools.fired();
            return super.waiting('MDT_PATIENCE', detail);
          }
        },
    },
  },
};

export default fault;
