import type { Fault, Tools } from './fault.ts';
import { type Builder, rewriteTransaction } from './ways/transaction.ts';

const fault: Fault = {
  id: 'locked-anchor',
  requirement: 'MDT-LIN-012',
  breaks: '`nLockTime` is 1',
  replaces: rewriteTransaction({
    addOutputs: (original: Builder['addOutputs'], tools: Tools) =>
      function (this: Builder, outputs: { script: Uint8Array; value: bigint }[]) {
        tools.fired();
        this.setLocktime(1);
        return original.call(this, outputs);
      },
  }),
};

export default fault;
