import type { Fault, Tools } from './fault.ts';

interface Output {
  waiting(code: string, detail: string): boolean;
}

const fault: Fault = {
  id: 'silent-outage',
  requirement: 'MDT-CHN-003',
  breaks: 'a node that is away is reported as missing coin',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override waiting(code: string, detail: string): boolean {
            if (code !== 'MDT_CHAIN_UNAVAILABLE') return super.waiting(code, detail);
            tools.fired();
            return super.waiting('MDT_UNFUNDED', detail);
          }
        },
    },
  },
};

export default fault;
