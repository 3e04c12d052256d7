import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'one-alarm',
  requirement: 'MDT-STA-014',
  breaks: 'of what triggers only the first is anchored',
  replaces: changedMethod('reference/log/canary.ts', 'Canary', 'alarms', (original, tools) => () => {
    const alarms = [...(original() as Iterable<unknown>)];
    if (alarms.length > 1) tools.fired();
    return alarms.slice(0, 1);
  }),
};

export default fault;
