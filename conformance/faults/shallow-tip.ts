import type { Fault, Tools } from './fault.ts';

interface Lineage {
  readonly links: readonly { readonly hash: Uint8Array }[];
}

type Settle = (lineage: Lineage, ...more: unknown[]) => string;

const fault: Fault = {
  id: 'shallow-tip',
  requirement: 'MDT-VER-110',
  role: 'pat',
  breaks: 'the tip of a lineage is remembered however deep it is',
  replaces: {
    'reference/core/verification/lineage-steps.ts': {
      settledTip:
        (original: Settle, tools: Tools) =>
        (lineage: Lineage, ...more: unknown[]) => {
          const last = Buffer.from(lineage.links.at(-1)?.hash ?? [])
            .reverse()
            .toString('hex');
          if (original(lineage, ...more) !== last) tools.fired();
          return last;
        },
    },
  },
};

export default fault;
