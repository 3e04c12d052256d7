import type { Fault } from './fault.ts';
import { changedMethod } from './ways/method.ts';

const fault: Fault = {
  id: 'renews-no-successor',
  requirement: 'MDT-STA-008',
  breaks: 'under a successor no STATUS is issued but the first',
  replaces: changedMethod(
    'reference/log/canary.ts',
    'Canary',
    'keep',
    (original, tools) =>
      async function (
        this: { newest?: { document: { record: string } } },
        now: { recordDigest: string; entityId: string },
      ) {
        const isFirstRecord = now.recordDigest === now.entityId;
        if (isFirstRecord || this.newest?.document.record !== now.recordDigest) return original(now);
        tools.fired();
        return undefined;
      },
  ),
};

export default fault;
