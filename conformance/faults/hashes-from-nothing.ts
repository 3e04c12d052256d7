import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

const fault: Fault = {
  id: 'hashes-from-nothing',
  requirement: 'MDT-LOG-031',
  breaks: 'a consistency proof from size 0 has a hash',
  replaces: changedCall('getConsistencyProof', (original, tools) => (call, callback) => {
    original(call, (error, response) => {
      if (error || call.request['firstSize'] !== 0n) {
        callback(error, response);
        return;
      }
      tools.fired();
      callback(undefined, { proof: [Buffer.alloc(32)] });
    });
  }),
};

export default fault;
