import type { Fault } from './fault.ts';
import { changedResources } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'newest-status-for-any-number',
  requirement: 'MDT-STA-018',
  breaks: 'the newest STATUS is answered over HTTP for a number that no STATUS has',
  replaces: changedResources('status', ({ path, read }, tools, all) => ({
    path,
    read: (below) => {
      try {
        return read(below);
      } catch (error) {
        const newest = all.find((resource) => resource.path.endsWith('/status'));
        if (!newest || newest.path === path) throw error;
        const answer = newest.read('');
        tools.fired();
        return answer;
      }
    },
  })),
};

export default fault;
