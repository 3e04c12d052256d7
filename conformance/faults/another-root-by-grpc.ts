import type { Fault, Tools } from './fault.ts';

interface Service {
  calls: Record<string, (call: object, callback: unknown) => void>;
}

const fault: Fault = {
  id: 'another-root-by-grpc',
  requirement: 'MDT-LOG-022',
  breaks: 'GetActivityRoot answers the newest root whatever is asked for',
  also: [{ requirement: 'MDT-LOG-028', reason: 'a number that is not there is answered with it, too' }],
  replaces: {
    'reference/log/log-service.ts': {
      logService:
        (original: (...parts: unknown[]) => Service, tools: Tools) =>
        (...parts: unknown[]) => {
          const service = original(...parts);
          const { getActivityRoot } = service.calls;
          service.calls['getActivityRoot'] = (call: object, callback: unknown) => {
            tools.fired();
            getActivityRoot?.({ ...call, request: { seq: undefined } }, callback);
          };
          return service;
        },
    },
  },
};

export default fault;
