import type { Fault, Tools } from './fault.ts';

interface Host {
  setServing(serving: boolean): void;
  close(): Promise<void>;
}

const LATE_MS = 1_500;

const fault: Fault = {
  id: 'late-grpc',
  requirement: 'MDT-TGT-009',
  breaks: '`listening` is said before gRPC is served',
  also: [
    { requirement: 'MDT-HST-013', reason: 'health cannot say NOT_SERVING where nothing listens' },
    { requirement: 'MDT-HST-015', reason: 'nor can an error have its ErrorInfo' },
  ],
  replaces: {
    'reference/runtime/grpc-host.ts': {
      startGrpc:
        (original: (...parts: unknown[]) => Promise<Host>, tools: Tools) =>
        (...parts: unknown[]) => {
          tools.fired();
          const starting = new Promise((resolve) => setTimeout(resolve, LATE_MS)).then(() => original(...parts));
          return {
            setServing: (serving: boolean) => void starting.then((host) => host.setServing(serving)),
            close: async () => (await starting).close(),
          };
        },
    },
  },
};

export default fault;
