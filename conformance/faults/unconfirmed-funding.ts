import type { Fault, Tools } from './fault.ts';

interface Coin {
  readonly confirmations: number;
}

const fault: Fault = {
  id: 'unconfirmed-funding',
  requirement: 'MDT-LIN-002',
  breaks: 'the record is written as soon as the coin is in the mempool',
  replaces: {
    'reference/chain/coin-choice.ts': {
      chooseFunding:
        (original: (coins: readonly Coin[], sat: number, confirmations: number) => object, tools: Tools) =>
        (coins: readonly Coin[], sat: number) => {
          tools.fired();
          return original(coins, sat, 0);
        },
    },
  },
};

export default fault;
