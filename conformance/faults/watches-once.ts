import type { Fault } from './fault.ts';
import { rewriteWatch } from './ways/relay-watch.ts';

const fault: Fault = {
  id: 'watches-once',
  requirement: 'MDT-RLY-014',
  role: 'relay',
  breaks: 'WatchAnchor tells where the anchor is, and ends',
  replaces: rewriteWatch((_message, tools) => {
    tools.fired();
    return { isSent: true, isLast: true };
  }),
};

export default fault;
