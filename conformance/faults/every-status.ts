import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

/** STATUSes differ by so much at the least: with none, one of them would be anchored again and again. */
const SHORTEST_SECONDS = 1;

const fault: Fault = {
  id: 'every-status',
  requirement: 'MDT-STA-017',
  role: 'relay',
  breaks: 'every STATUS of a relay is anchored, however soon after the one before',
  replaces: changedMethod('reference/log/canary.ts', 'Canary', 'dueAnchor', (original, tools) => (queue: object) => {
    const heartbeat = original(queue, SHORTEST_SECONDS);
    if (heartbeat) tools.fired();
    return heartbeat;
  }),
};

export default fault;
