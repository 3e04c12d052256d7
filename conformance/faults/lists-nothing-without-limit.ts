import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

const fault: Fault = {
  id: 'lists-nothing-without-limit',
  requirement: 'MDT-LOG-014',
  breaks: 'ListEntries takes the limit 0 for no entries',
  replaces: changedCall('listEntries', (original, tools) => (call, callback) => {
    if (call.request['limit'] !== 0) {
      original(call, callback);
      return;
    }
    tools.fired();
    callback(undefined, { entries: [] });
  }),
};

export default fault;
