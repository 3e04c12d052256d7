import type { Fault, Tools } from './fault.ts';

interface Output {
  ready(entityId: string): boolean;
}

const fault: Fault = {
  id: 'talkative',
  requirement: 'MDT-TGT-002',
  breaks: 'standard output has an event that the contract does not know',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override ready(entityId: string): boolean {
            tools.fired();
            process.stdout.write('{"event":"rejoicing"}\n');
            return super.ready(entityId);
          }
        },
    },
  },
};

export default fault;
