import type { Fault } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

const fault: Fault = {
  id: 'listens-twice',
  requirement: 'MDT-TGT-012',
  breaks: '`listening` is written twice',
  replaces: rewriteOutput(
    (original, tools) =>
      class extends original {
        override listening(): void {
          tools.fired();
          super.listening();
          super.listening();
        }
      },
  ),
};

export default fault;
