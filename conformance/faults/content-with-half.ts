import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'content-with-half',
  requirement: 'MDT-CHN-004',
  breaks: 'the BIRTH is anchored when half of the coin has come',
  also: [
    {
      requirement: 'MDT-LIN-008',
      reason: 'the first part is spent already when the second comes, and the kit looks whether anything is',
    },
  ],
  replaces: {
    'reference/chain/coin-choice.ts': {
      chooseFunding:
        (original: (coins: object, least: number, confirmations: number) => object, tools: Tools) =>
        (coins: object, least: number, confirmations: number) => {
          tools.fired();
          return original(coins, Math.floor(least / 2), confirmations);
        },
    },
  },
};

export default fault;
