import type { Fault, Tools } from './fault.ts';
import { type Builder, rewriteTransaction } from './ways/transaction.ts';

const fault: Fault = {
  id: 'final-anchor',
  requirement: 'MDT-LIN-014',
  breaks: 'the anchor cannot be replaced by fee',
  replaces: rewriteTransaction({
    addInput: (original: Builder['addInput'], tools: Tools) =>
      function (this: Builder, input: { sequence?: number }) {
        tools.fired();
        return original.call(this, { ...input, sequence: 0xffff_fffe });
      },
  }),
};

export default fault;
