import type { Fault, Tools } from './fault.ts';

interface Node {
  tip(): Promise<{ readonly hash: string }>;
  headerHex(hash: string): Promise<string>;
}

const fault: Fault = {
  id: 'believes-any-chain',
  requirement: 'MDT-CHN-001',
  breaks: 'the node is asked for its tip and never for what chain it is on',
  also: [{ requirement: 'MDT-CHN-002', reason: 'the same guard looks at headers and at block 0' }],
  replaces: {
    'reference/chain/chain-guard.ts': {
      guardedTip: (_original: unknown, tools: Tools) => async (node: Node) => {
        tools.fired();
        const tip = await node.tip();
        const header = Buffer.from(await node.headerHex(tip.hash), 'hex');
        return { ...tip, previousHash: header.subarray(4, 36).reverse().toString('hex') };
      },
    },
  },
};

export default fault;
