import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

const fault: Fault = {
  id: 'lists-nothing-beyond',
  requirement: 'MDT-LOG-027',
  breaks: 'ListEntries from far beyond the tree answers that there is nothing',
  replaces: changedCall('listEntries', (original, tools) => (call, callback) => {
    original(call, (error, response) => {
      if (error) tools.fired();
      callback(undefined, error ? { entries: [] } : response);
    });
  }),
};

export default fault;
