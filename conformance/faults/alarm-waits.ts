import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'alarm-waits',
  requirement: 'MDT-STA-014',
  breaks: 'a STATUS by which a code triggered waits behind a heartbeat',
  replaces: changedMethod(
    'reference/log/canary.ts',
    'Canary',
    'alarms',
    (original, tools) => () =>
      [...(original() as Iterable<{ kind: string; payload: string }>)].map(({ kind, payload }) => {
        tools.fired();
        return { kind, payload };
      }),
  ),
};

export default fault;
