import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

let first: unknown;

const fault: Fault = {
  id: 'anchors-one-root',
  requirement: 'MDT-LOG-025',
  breaks: 'the first root is anchored again and again',
  also: [{ requirement: 'MDT-LOG-026', reason: 'later ones are not anchored' }],
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'dueAnchor',
    (original, tools) =>
      (...given: unknown[]) => {
        const heartbeat = original(...given);
        if (heartbeat === undefined) return undefined;
        if (first !== undefined) tools.fired();
        first ??= heartbeat;
        return first;
      },
  ),
};

export default fault;
