import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

interface Shown {
  readonly log: { readonly size: number; readonly parts: { readonly entityId: Uint8Array; readonly signer: unknown } };
}

/** As reference/core/log/checkpoint.ts. */
interface Checkpoints {
  checkpointText(head: { entityId: Uint8Array; size: number; root: Uint8Array }, signer: unknown): string;
}

const fault: Fault = {
  id: 'ahead-by-grpc',
  requirement: 'MDT-LOG-013',
  breaks: 'GetCheckpoint signs a tree of one entry more than there are',
  replaces: {
    'reference/log/activity-log.ts': {
      ActivityLog: (original: new (parts: object) => object) =>
        class extends original {
          readonly parts: object;
          constructor(parts: object) {
            super(parts);
            this.parts = parts;
          }
        },
    },
    ...changedCall('getCheckpoint', (_original, tools, shown) => (_call, callback) => {
      const { size, parts } = (shown as Shown).log;
      void tools.module<Checkpoints>('reference/core/log/checkpoint.ts').then(({ checkpointText }) => {
        tools.fired();
        const head = { entityId: parts.entityId, size: size + 1, root: new Uint8Array(32) };
        callback(undefined, { checkpoint: Buffer.from(checkpointText(head, parts.signer)) });
      });
    }),
  },
};

export default fault;
