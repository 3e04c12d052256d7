import type { Fault, Tools } from './fault.ts';

type Callback = (error: unknown, response?: object) => void;

interface Service {
  calls: Record<string, (call: object, callback: Callback) => void>;
}

const fault: Fault = {
  id: 'another-status-by-grpc',
  requirement: 'MDT-STA-012',
  breaks: 'GetStatus answers with a digest of its own',
  replaces: {
    'reference/log/log-service.ts': {
      statusService:
        (original: (...parts: unknown[]) => Service, tools: Tools) =>
        (...parts: unknown[]) => {
          const service = original(...parts);
          const { getStatus } = service.calls;
          service.calls['getStatus'] = (call: object, callback: Callback) =>
            getStatus?.(call, (error, response) => {
              tools.fired();
              callback(error, response && { ...response, sha256: Buffer.alloc(32) });
            });
          return service;
        },
    },
  },
};

export default fault;
