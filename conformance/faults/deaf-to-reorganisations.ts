import type { Fault } from './fault.ts';
import { rewriteWatch } from './ways/relay-watch.ts';

const fault: Fault = {
  id: 'deaf-to-reorganisations',
  requirement: 'MDT-RLY-014',
  role: 'relay',
  breaks: 'WatchAnchor does not tell that the anchor is in no block any more',
  replaces: rewriteWatch(({ confirmations }, tools) => {
    if (confirmations === 0) tools.fired();
    return { isSent: confirmations > 0, isLast: false };
  }),
};

export default fault;
