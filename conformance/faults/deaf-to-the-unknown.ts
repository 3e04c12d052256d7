import type { Fault } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

const fault: Fault = {
  id: 'deaf-to-the-unknown',
  requirement: 'MDT-TGT-008',
  breaks: 'a control that is not supported is not answered',
  replaces: rewriteOutput(
    (original, tools) =>
      class extends original {
        override answer(answer: Readonly<Record<string, unknown>>): void {
          if (answer['unsupported'] === true) tools.fired();
          else super.answer(answer);
        }
      },
  ),
};

export default fault;
