import type { Fault, Tools } from './fault.ts';
import { type Builder, rewriteTransaction } from './ways/transaction.ts';

const fault: Fault = {
  id: 'third-output',
  requirement: 'MDT-LIN-003',
  breaks: 'the anchor has a third output, for change',
  replaces: rewriteTransaction({
    addOutputs: (original: Builder['addOutputs'], tools: Tools) =>
      function (this: Builder, outputs: { script: Uint8Array; value: bigint }[]) {
        tools.fired();
        const [payload, continuation] = outputs;
        if (!payload || !continuation) return original.call(this, outputs);
        const change = { script: continuation.script, value: 1_000n };
        return original.call(this, [payload, { ...continuation, value: continuation.value - 2_000n }, change]);
      },
  }),
};

export default fault;
