import type { Fault, Tools } from './fault.ts';

interface Coin {
  readonly confirmations: number;
}

const fault: Fault = {
  id: 'shallow-further-input',
  requirement: 'MDT-LIN-008',
  breaks: 'further inputs are spent as soon as they are as deep as the first has to be',
  replaces: {
    'reference/chain/coin-choice.ts': {
      chooseFunding:
        (original: (coins: readonly Coin[], sat: number, confirmations: number) => object, tools: Tools) =>
        (coins: readonly Coin[], sat: number, confirmations: number) => {
          tools.fired();
          const deepened = coins.map((coin) =>
            coin.confirmations >= confirmations ? { ...coin, confirmations: coin.confirmations + 6 } : coin,
          );
          return original(deepened, sat, confirmations);
        },
    },
  },
};

export default fault;
