import type { Fault } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

const fault: Fault = {
  id: 'deaf-to-the-malformed',
  requirement: 'MDT-TGT-008',
  breaks: 'a control line that cannot be read is not answered, though it has an id',
  replaces: rewriteOutput(
    (original, tools) =>
      class extends original {
        override answer(answer: Readonly<Record<string, unknown>>): void {
          if (answer['code'] === 'MDT_CONTROL') tools.fired();
          else super.answer(answer);
        }
      },
  ),
};

export default fault;
