import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

const fault: Fault = {
  id: 'no-proof-from-nothing',
  requirement: 'MDT-LOG-031',
  breaks: 'a consistency proof from size 0 is refused',
  replaces: changedCall('getConsistencyProof', (original, tools) => (call, callback) => {
    if (call.request['firstSize'] !== 0n) {
      original(call, callback);
      return;
    }
    tools.fired();
    original({ ...call, request: { firstSize: 1n, secondSize: 0n } }, callback);
  }),
};

export default fault;
