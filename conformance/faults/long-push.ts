import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'long-push',
  requirement: 'MDT-ANC-002',
  breaks: 'the payload is pushed in a longer form than it needs',
  replaces: {
    'reference/core/op-return.ts': {
      opReturnScript: (_original: unknown, tools: Tools) => (data: Uint8Array) => {
        tools.fired();
        return Uint8Array.of(0x6a, 0x4c, data.length, ...data);
      },
    },
  },
};

export default fault;
