import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'rogue-master-key',
  requirement: 'MDT-REC-011',
  breaks: 'the proof of possession is over another anchor key',
  replaces: {
    'reference/core/master-key.ts': {
      masterPop:
        (original: (secret: Uint8Array, anchor: Uint8Array) => Uint8Array, tools: Tools) =>
        (secret: Uint8Array, anchor: Uint8Array) => {
          tools.fired();
          return original(
            secret,
            anchor.map((octet, index) => (index === 32 ? octet ^ 1 : octet)),
          );
        },
    },
  },
};

export default fault;
