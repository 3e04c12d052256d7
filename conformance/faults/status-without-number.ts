import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'status-without-number',
  requirement: 'MDT-STA-010',
  breaks: 'only the newest STATUS is served',
  also: [
    { requirement: 'MDT-STA-012', reason: 'the same by gRPC' },
    { requirement: 'MDT-STA-003', reason: 'so none is seen to follow from another' },
    { requirement: 'MDT-STA-015', reason: 'and a number that it has not served is answered too' },
  ],
  replaces: {
    'reference/log/hosted-documents.ts': {
      hostedStatus:
        (original: (canary: unknown, seq?: number) => object, tools: Tools) => (canary: unknown, seq?: number) => {
          if (seq !== undefined) tools.fired();
          return original(canary);
        },
    },
  },
};

export default fault;
