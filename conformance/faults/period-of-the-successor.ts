import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

let first: string | undefined;

interface Now {
  readonly recordDigest: string;
  readonly record: { readonly policy: { readonly log_period_seconds: number } };
}

const fault: Fault = {
  id: 'period-of-the-successor',
  requirement: 'MDT-LOG-019',
  breaks: 'under a successor periods are twice as long as its policy says',
  replaces: changedMethod(
    'reference/log/period-roots.ts',
    'PeriodRoots',
    'close',
    (original, tools) => async (now: Now) => {
      first ??= now.recordDigest;
      if (first === now.recordDigest) return original(now);
      tools.fired();
      const { policy } = now.record;
      const longer = { ...policy, log_period_seconds: 2 * policy.log_period_seconds };
      return original({ ...now, record: { ...now.record, policy: longer } });
    },
  ),
};

export default fault;
