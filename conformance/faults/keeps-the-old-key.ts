import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

let first: unknown;

const fault: Fault = {
  id: 'keeps-the-old-key',
  requirement: 'MDT-LOG-022',
  breaks: 'roots under a successor are signed by the key of the record before it',
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'close',
    (original, tools) => async (now: { anchorKey: unknown; recordDigest: string }) => {
      first ??= now.anchorKey;
      if (first !== now.anchorKey) tools.fired();
      return original({ ...now, anchorKey: first });
    },
  ),
};

export default fault;
