import type { Fault } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

const fault: Fault = {
  id: 'ready-for-nothing',
  requirement: 'MDT-TGT-012',
  breaks: '`ready` is written twice, and nothing has happened in between',
  replaces: rewriteOutput(
    (original, tools) =>
      class extends original {
        override ready(entityId: string, sha256?: string): boolean {
          const said = super.ready(entityId, sha256);
          if (!said) return false;
          tools.fired();
          process.stdout.write(`${JSON.stringify({ event: 'ready', entity_id: entityId })}\n`);
          return true;
        }
      },
  ),
};

export default fault;
