import type { Fault, Tools } from './fault.ts';

interface TxRef {
  readonly height: number;
}

const fault: Fault = {
  id: 'wrong-txref',
  requirement: 'MDT-LOC-003',
  breaks: 'the txref names the block after that of the BIRTH',
  replaces: {
    'reference/core/txref.ts': {
      encodeTxRef:
        (original: (network: string, ref: TxRef) => string, tools: Tools) => (network: string, ref: TxRef) => {
          tools.fired();
          return original(network, { ...ref, height: ref.height + 1 });
        },
    },
  },
};

export default fault;
