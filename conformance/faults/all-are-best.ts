import type { Fault, Tools } from './fault.ts';

interface Source {
  readonly tip?: object;
  readonly best: boolean;
}

type Update = (...given: unknown[]) => Promise<Source[]>;

const fault: Fault = {
  id: 'all-are-best',
  requirement: 'MDT-VER-105',
  role: 'pat',
  breaks: 'of each source that gave something it is said that it gave the tip',
  also: [{ requirement: 'MDT-CHN-108', reason: 'of sources that disagree all are said to have the tip' }],
  replaces: {
    'reference/core/verification/header-steps.ts': {
      updateHeaders:
        (original: Update, tools: Tools) =>
        async (...given: Parameters<Update>) => {
          const sources = await original(...given);
          return sources.map((source) => {
            if (source.tip !== undefined && !source.best) tools.fired();
            return Object.assign(source, { best: source.tip !== undefined });
          });
        },
    },
  },
};

export default fault;
