import type { Fault } from './fault.ts';

const fault: Fault = {
  id: 'forged-newest-status',
  requirement: 'MDT-STA-010',
  breaks: 'who asks for the newest STATUS is given one that nobody signed',
  also: [{ requirement: 'MDT-STA-012', reason: 'gRPC says the same of the newest' }],
  replaces: {
    'reference/log/hosted-documents.ts': {
      hostedStatus: (original: (canary: unknown, seq?: number) => object, tools) => (canary: unknown, seq?: number) => {
        const hosted = original(canary, seq);
        if (seq !== undefined) return hosted;
        tools.fired();
        return { ...hosted, sha256: '00'.repeat(32), signature: '11'.repeat(64) };
      },
    },
  },
};

export default fault;
