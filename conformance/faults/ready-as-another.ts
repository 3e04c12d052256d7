import type { Fault, Tools } from './fault.ts';

interface Output {
  ready(entityId: string): boolean;
}

const fault: Fault = {
  id: 'ready-as-another',
  requirement: 'MDT-TGT-004',
  breaks: '`ready` names another entity than the record',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override ready(_entityId: string): boolean {
            tools.fired();
            return super.ready('33'.repeat(32));
          }
        },
    },
  },
};

export default fault;
