import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

const fault: Fault = {
  id: 'root-of-tomorrow-by-grpc',
  requirement: 'MDT-LOG-022',
  breaks: 'the newest root by gRPC has a number that is not served',
  replaces: changedCall('getActivityRoot', (original, tools) => (call, callback) => {
    original(call, (error, response) => {
      const { activityRoot } = (response ?? {}) as { activityRoot?: Buffer };
      if (!activityRoot || call.request['seq'] !== undefined) {
        callback(error, response);
        return;
      }
      tools.fired();
      const later = activityRoot.toString('utf8').replace(/"seq":(\d+)/, (_, seq: string) => `"seq":${seq}00`);
      callback(error, { ...(response as object), activityRoot: Buffer.from(later) });
    });
  }),
};

export default fault;
