import type { Fault, Tools } from './fault.ts';

type Decode = (payload: Buffer) => Uint8Array[];

const TWO_OCTETS = 0xfd;
const ENTRY = 81;

const fault: Fault = {
  id: 'headers-cut-short',
  requirement: 'MDT-VER-105',
  role: 'pat',
  breaks: 'a message that has fewer headers than it says is taken all the same',
  replaces: {
    'reference/chain/p2p/headers-message.ts': {
      decodeHeaders: (original: Decode, tools: Tools) => (payload: Buffer) => {
        try {
          return original(payload);
        } catch {
          tools.fired();
          const start = payload[0] === TWO_OCTETS ? 3 : 1;
          const count = Math.floor((payload.length - start) / ENTRY);
          return Array.from({ length: count }, (_, index) =>
            payload.subarray(start + index * ENTRY).subarray(0, ENTRY - 1),
          );
        }
      },
    },
  },
};

export default fault;
