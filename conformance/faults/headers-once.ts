import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'headers-once',
  requirement: 'MDT-RLY-006',
  role: 'relay',
  breaks: 'WatchHeaders sends headers to the tip and then nothing more',
  replaces: changedMethod(
    'reference/relay/header-answers.ts',
    'HeaderAnswers',
    'watch',
    (original, tools) => (request: object, send: (message: object) => Promise<void>, ended: AbortSignal) => {
      let isFirst = true;
      return original(
        request,
        async (message: object) => {
          if (isFirst) await send(message);
          else tools.fired();
          isFirst = false;
        },
        ended,
      );
    },
  ),
};

export default fault;
