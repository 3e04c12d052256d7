import type { Fault } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

const fault: Fault = {
  id: 'failed-and-alive',
  requirement: 'MDT-TGT-012',
  breaks: '`failed` is written, and the service goes on',
  replaces: rewriteOutput(
    (original, tools) =>
      class extends original {
        override ready(entityId: string, sha256?: string): boolean {
          const said = super.ready(entityId, sha256);
          if (!said) return false;
          tools.fired();
          super.failed('MDT_STATE', '', 'it is all over');
          return true;
        }
      },
  ),
};

export default fault;
