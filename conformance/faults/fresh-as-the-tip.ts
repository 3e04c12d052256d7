import type { Fault, Tools } from './fault.ts';

interface Tip {
  readonly height: number;
}

const fault: Fault = {
  id: 'fresh-as-the-tip',
  requirement: 'MDT-DOC-015',
  breaks: 'the freshness block is the tip',
  replaces: {
    'reference/chain/chain-guard.ts': {
      guardedTip:
        (original: (...parts: unknown[]) => Promise<Tip>, tools: Tools) =>
        async (...parts: unknown[]) => {
          const tip = await original(...parts);
          tools.fired();
          return { ...tip, height: tip.height + 6 };
        },
    },
  },
};

export default fault;
