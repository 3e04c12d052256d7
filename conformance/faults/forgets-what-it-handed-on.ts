import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'forgets-what-it-handed-on',
  requirement: 'MDT-RLY-012',
  role: 'relay',
  breaks: 'the relay knows nothing of a transaction without an anchor that it has handed on',
  replaces: changedMethod('reference/relay/anchor-store.ts', 'AnchorStore', 'know', (_original, tools) => () => {
    tools.fired();
    return true;
  }),
};

export default fault;
