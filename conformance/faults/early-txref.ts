import type { Fault, Tools } from './fault.ts';

interface Place {
  readonly confirmations: number;
}

const fault: Fault = {
  id: 'early-txref',
  requirement: 'MDT-LOC-002',
  breaks: 'the txref is shown as soon as the BIRTH is confirmed',
  replaces: {
    'reference/core/locator.ts': {
      buildLocator:
        (original: (network: string, place: Place) => object, tools: Tools) => (network: string, place: Place) => {
          tools.fired();
          return original(network, { ...place, confirmations: 6 });
        },
    },
  },
};

export default fault;
