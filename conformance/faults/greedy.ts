import type { Fault, Tools } from './fault.ts';

interface Output {
  funding(address: string, least: number): void;
}

const fault: Fault = {
  id: 'greedy',
  requirement: 'MDT-TGT-003',
  breaks: 'it asks for more coin than anybody pays',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override funding(address: string, _least: number): void {
            tools.fired();
            super.funding(address, 2_000_000_000);
          }
        },
    },
  },
};

export default fault;
