import type { Fault, Tools } from './fault.ts';
import { changedCall, LOG_WITH_PARTS, type Checkpoints, type LogParts } from './ways/log-calls.ts';

interface Shown {
  readonly log: { readonly size: number; readonly parts: LogParts };
}

async function oneMore(tools: Tools, { log: { size, parts } }: Shown): Promise<{ checkpoint: Buffer }> {
  const { checkpointText } = await tools.module<Checkpoints>('reference/core/log/checkpoint.ts');
  tools.fired();
  const head = { entityId: parts.entityId, size: size + 1, root: new Uint8Array(32) };
  return { checkpoint: Buffer.from(checkpointText(head, parts.signer)) };
}

const fault: Fault = {
  id: 'ahead-by-grpc',
  requirement: 'MDT-LOG-013',
  breaks: 'GetCheckpoint signs a tree of one entry more than there are',
  replaces: {
    ...LOG_WITH_PARTS,
    ...changedCall('getCheckpoint', (_original, tools, shown) => (_call, callback) => {
      void oneMore(tools, shown as Shown).then(callback.bind(undefined, undefined));
    }),
  },
};

export default fault;
