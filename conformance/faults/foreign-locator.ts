import type { Fault, Tools } from './fault.ts';

interface Place {
  readonly txid: string;
  readonly blockHash: string;
}

const fault: Fault = {
  id: 'foreign-locator',
  requirement: 'MDT-LOC-001',
  breaks: 'the locator names another transaction than the BIRTH',
  replaces: {
    'reference/core/locator.ts': {
      buildLocator:
        (original: (network: string, place: Place) => object, tools: Tools) => (network: string, place: Place) => {
          tools.fired();
          return { ...original(network, place), txid: place.blockHash };
        },
    },
  },
};

export default fault;
