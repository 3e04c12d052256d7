import type { Fault, Tools } from './fault.ts';

interface Anchor {
  readonly prevoutValue: number;
}

const fault: Fault = {
  id: 'wrong-prevout-value',
  requirement: 'MDT-PRF-002',
  breaks: 'prevout_value is one satoshi too much',
  replaces: {
    'reference/chain/proof-builder.ts': {
      buildAnchorProof:
        (original: (node: object, anchor: Anchor, confirmations: number) => Promise<object>, tools: Tools) =>
        async (node: object, anchor: Anchor, confirmations: number) => {
          tools.fired();
          return original(node, { ...anchor, prevoutValue: anchor.prevoutValue + 1 }, confirmations);
        },
    },
  },
};

export default fault;
