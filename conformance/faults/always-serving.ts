import type { Fault, Tools } from './fault.ts';

interface GrpcHost {
  setServing(serving: boolean): void;
}

const fault: Fault = {
  id: 'always-serving',
  requirement: 'MDT-HST-013',
  breaks: 'health is SERVING from the first moment',
  replaces: {
    'reference/runtime/grpc-host.ts': {
      startGrpc:
        (original: (...parts: unknown[]) => Promise<GrpcHost>, tools: Tools) =>
        async (...parts: unknown[]) => {
          const host = await original(...parts);
          tools.fired();
          host.setServing(true);
          return { ...host, setServing: () => undefined };
        },
    },
  },
};

export default fault;
