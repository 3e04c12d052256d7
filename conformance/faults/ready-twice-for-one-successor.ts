import type { Fault } from './fault.ts';
import { rewriteOutput } from './ways/output.ts';

const fault: Fault = {
  id: 'ready-twice-for-one-successor',
  requirement: 'MDT-TGT-012',
  breaks: '`ready` is written twice when another record comes to be served',
  shows: ['succession'],
  replaces: rewriteOutput(
    (original, tools) =>
      class extends original {
        #served = '';

        override ready(entityId: string, sha256?: string): boolean {
          const said = super.ready(entityId, sha256);
          const changed = this.#served !== '' && sha256 !== undefined && sha256 !== this.#served;
          if (sha256 !== undefined) this.#served = sha256;
          if (!said || !changed) return said;
          tools.fired();
          process.stdout.write(`${JSON.stringify({ event: 'ready', entity_id: entityId })}\n`);
          return true;
        }
      },
  ),
};

export default fault;
