import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'status-without-number',
  requirement: 'MDT-STA-010',
  breaks: 'the second STATUS is not found by its number',
  also: [
    { requirement: 'MDT-STA-012', reason: 'the same by gRPC' },
    { requirement: 'MDT-STA-003', reason: 'so none is seen to follow from another' },
  ],
  replaces: {
    'reference/log/hosted-documents.ts': {
      hostedStatus:
        (original: (canary: unknown, seq?: number) => object, tools: Tools) => (canary: unknown, seq?: number) => {
          if (seq !== 1) return original(canary, seq);
          tools.fired();
          return original(canary, Number.MAX_SAFE_INTEGER);
        },
    },
  },
};

export default fault;
