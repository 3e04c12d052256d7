import type { Fault, Tools } from './fault.ts';

interface Node {
  blockHash(height: number): Promise<string>;
}

const fault: Fault = {
  id: 'believes-any-genesis',
  requirement: 'MDT-CHN-002',
  breaks: 'whatever block 0 the node has is taken for the right one',
  replaces: {
    'reference/chain/chain-guard.ts': {
      guardedTip:
        (original: (node: Node, expected: object) => Promise<object>, tools: Tools) =>
        async (node: Node, _expected: object) => {
          tools.fired();
          const hash = await node.blockHash(0);
          return original(node, { genesis: hash, checkpoint: { height: 0, hash } });
        },
    },
  },
};

export default fault;
