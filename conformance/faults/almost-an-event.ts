import type { Fault } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

const fault: Fault = {
  id: 'almost-an-event',
  requirement: 'MDT-TGT-002',
  breaks: 'a line begins as an event does and is cut before its end',
  replaces: rewriteOutput(
    (original, tools) =>
      class extends original {
        override listening(): void {
          tools.fired();
          process.stdout.write('{"event":"listening", "extra":1\n');
          super.listening();
        }
      },
  ),
};

export default fault;
