import type { Fault, Tools } from './fault.ts';

interface Secrets {
  readonly anchor: string;
}

const fault: Fault = {
  id: 'spends-its-lineage',
  requirement: 'MDT-RLY-032',
  role: 'relay',
  breaks: 'registrations are paid for with the coin of the anchor address',
  replaces: {
    'reference/entity/secrets.ts': {
      makeSecrets:
        (original: (...parts: unknown[]) => Secrets, tools: Tools) =>
        (...parts: unknown[]) => {
          const secrets = original(...parts);
          tools.fired();
          return { ...secrets, coin: secrets.anchor };
        },
    },
  },
};

export default fault;
