import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const LATER_S = 60;

const fault: Fault = {
  id: 'promise-of-tomorrow',
  requirement: 'MDT-LOG-004',
  breaks: 'a promise is dated a minute after its entry',
  replaces: {
    'reference/core/log/promise.ts': {
      signPromise:
        (original: (promised: { time: number }, signer: unknown) => Uint8Array) =>
        (promised: { time: number }, signer: unknown) =>
          original({ ...promised, time: promised.time + LATER_S }, signer),
    },
    ...changedMethod(
      'reference/log/activity-log.ts',
      'ActivityLog',
      'append',
      (original, tools) => async (act: object) => {
        const promise = (await original(act)) as { time: string };
        tools.fired();
        const later = new Date(Date.parse(promise.time) + LATER_S * 1_000).toISOString().replace('.000Z', 'Z');
        return { ...promise, time: later };
      },
    ),
  },
};

export default fault;
