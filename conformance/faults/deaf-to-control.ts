import type { Fault, Tools } from './fault.ts';

interface Output {
  answer(answer: object): void;
}

const fault: Fault = {
  id: 'deaf-to-control',
  requirement: 'MDT-TGT-008',
  breaks: 'only the first control line is answered',
  replaces: {
    'reference/runtime/contract-output.ts': {
      ContractOutput: (original: new (write: (text: string) => void) => Output, tools: Tools) =>
        class extends original {
          #answered = false;

          override answer(answer: object): void {
            if (!this.#answered) super.answer(answer);
            else tools.fired();
            this.#answered = true;
          }
        },
    },
  },
};

export default fault;
