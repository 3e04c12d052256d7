import type { Fault, Tools } from './fault.ts';

type Send = (response: unknown) => boolean;
type Watch = (call: { write: Send }) => unknown;

const fault: Fault = {
  id: 'watch-goes-back',
  requirement: 'MDT-LOG-008',
  breaks: 'WatchCheckpoints sends its first checkpoint again after each newer one',
  replaces: {
    'reference/log/log-service.ts': {
      logService:
        (original: (...parts: unknown[]) => { calls: { watchCheckpoints: Watch } }, tools: Tools) =>
        (...parts: unknown[]) => {
          const service = original(...parts);
          const watchCheckpoints: Watch = (call) => {
            let first: unknown;
            const write = call.write.bind(call);
            call.write = (response) => {
              if (first === undefined) {
                first = response;
                return write(response);
              }
              tools.fired();
              write(response);
              return write(first);
            };
            return service.calls.watchCheckpoints(call);
          };
          return { ...service, calls: { ...service.calls, watchCheckpoints } };
        },
    },
  },
};

export default fault;
