import type { Fault, Tools } from './fault.ts';

interface Tip {
  readonly height: number;
}

const fault: Fault = {
  id: 'fresh-as-the-tip',
  requirement: 'MDT-DOC-015',
  breaks: 'the freshness block is the tip',
  replaces: {
    'reference/entity/written-documents.ts': {
      momentUnder:
        (original: (tip: Tip, ...parts: unknown[]) => Promise<object>, tools: Tools) =>
        async (tip: Tip, ...parts: unknown[]) => {
          tools.fired();
          return original({ ...tip, height: tip.height + 6 }, ...parts);
        },
    },
  },
};

export default fault;
