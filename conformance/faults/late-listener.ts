import type { Fault, Tools } from './fault.ts';

interface Output {
  listening(): void;
}

/** The contract gives 10 s. */
const LATE_MS = 10_500;

const fault: Fault = {
  id: 'late-listener',
  requirement: 'MDT-TGT-001',
  breaks: '`listening` is said half a second too late',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          override listening(): void {
            tools.fired();
            setTimeout(() => super.listening(), LATE_MS).unref();
          }
        },
    },
  },
};

export default fault;
