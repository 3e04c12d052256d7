import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

interface Queue {
  readonly documents: readonly { readonly kind: string }[];
}

const fault: Fault = {
  id: 'silent-after-status',
  requirement: 'MDT-LOG-026',
  breaks: 'no root is anchored any more once a STATUS was',
  shows: ['canary'],
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'dueAnchor',
    (original, tools) => (queue: unknown, seconds: number) => {
      if (!(queue as Queue).documents.some(({ kind }) => kind === 'STATUS')) return original(queue, seconds);
      tools.fired();
      return undefined;
    },
  ),
};

export default fault;
