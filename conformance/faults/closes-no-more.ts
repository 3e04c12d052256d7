import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const LAST = 2;

const fault: Fault = {
  id: 'closes-no-more',
  requirement: 'MDT-LOG-021',
  breaks: 'after the third period no root is written',
  also: [{ requirement: 'MDT-LOG-026', reason: 'nothing new is anchored' }],
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'close',
    (original, tools) =>
      async function (this: { newest?: { document: { seq: number } } }, now: unknown) {
        if ((this.newest?.document.seq ?? 0) < LAST) return original(now);
        tools.fired();
        return undefined;
      },
  ),
};

export default fault;
