import type { Fault, Tools } from './fault.ts';

interface Service {
  calls: Record<string, (call: unknown, callback: (error: unknown, response?: unknown) => void) => void>;
}

const fault: Fault = {
  id: 'old-checkpoint-by-grpc',
  requirement: 'MDT-LOG-013',
  breaks: 'GetCheckpoint answers the checkpoint of an hour ago',
  replaces: {
    'reference/log/log-service.ts': {
      logService:
        (original: (...parts: unknown[]) => Service, tools: Tools) =>
        (...parts: unknown[]) => {
          const service = original(...parts);
          const { getCheckpoint } = service.calls;
          let first: unknown;
          service.calls['getCheckpoint'] = (call: unknown, callback: (error: unknown, response?: unknown) => void) =>
            getCheckpoint?.(call, (error: unknown, response?: unknown) => {
              if (first !== undefined) tools.fired();
              first ??= response;
              callback(error, first);
            });
          return service;
        },
    },
  },
};

export default fault;
