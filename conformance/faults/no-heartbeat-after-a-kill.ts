import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

/** A first life closes its first period before anything can be due. */
const EARLY = 1;
let firstSeq: number | undefined;

const fault: Fault = {
  id: 'no-heartbeat-after-a-kill',
  requirement: 'MDT-LOG-026',
  breaks: 'a later life anchors no root',
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'dueAnchor',
    (original, tools) =>
      function (this: { newest?: { document: { seq: number } } }, ...parts: unknown[]) {
        const seq = this.newest?.document.seq;
        firstSeq ??= seq;
        if (firstSeq === undefined || firstSeq <= EARLY) return original(...parts);
        tools.fired();
        return undefined;
      },
  ),
};

export default fault;
