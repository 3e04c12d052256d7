import type { Fault, Tools } from './fault.ts';

type Send = (response: unknown) => boolean;
type Watch = (call: { write: Send }) => unknown;

/** Of one watch. */
const MOST = 2;

const fault: Fault = {
  id: 'tires-of-watching',
  requirement: 'MDT-LOG-016',
  breaks: 'WatchCheckpoints sends two checkpoints and then nothing',
  replaces: {
    'reference/log/log-service.ts': {
      logService:
        (original: (...parts: unknown[]) => { calls: { watchCheckpoints: Watch } }, tools: Tools) =>
        (...parts: unknown[]) => {
          const service = original(...parts);
          const watchCheckpoints: Watch = (call) => {
            let sent = 0;
            const write = call.write.bind(call);
            call.write = (response) => {
              sent += 1;
              if (sent <= MOST) return write(response);
              tools.fired();
              return true;
            };
            return service.calls.watchCheckpoints(call);
          };
          return { ...service, calls: { ...service.calls, watchCheckpoints } };
        },
    },
  },
};

export default fault;
