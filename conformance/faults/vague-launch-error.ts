import type { Fault, Tools } from './fault.ts';

interface Output {
  failed(code: string, field: string, detail: string): void;
}

const fault: Fault = {
  id: 'vague-launch-error',
  requirement: 'MDT-TGT-007',
  breaks: 'a launch configuration that cannot be read is refused without the field at fault',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override failed(code: string, _field: string, detail: string): void {
            tools.fired();
            super.failed(code, '', detail);
          }
        },
    },
  },
};

export default fault;
