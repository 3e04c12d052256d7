import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'headers-without-the-fork',
  requirement: 'MDT-RLY-006',
  role: 'relay',
  breaks: 'after a reorganisation WatchHeaders goes on above the height that it had reached',
  replaces: changedMethod('reference/relay/index-watch.ts', 'IndexWatch', 'change', (original, tools) => async () => {
    const fork = (await original()) as number | undefined;
    if (fork === undefined) return undefined;
    tools.fired();
    return Infinity;
  }),
};

export default fault;
