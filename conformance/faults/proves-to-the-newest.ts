import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

interface Shown {
  readonly log: { readonly size: number };
}

const fault: Fault = {
  id: 'proves-to-the-newest',
  requirement: 'MDT-LOG-015',
  breaks: 'a consistency proof is to the newest tree, whatever second size was asked for',
  replaces: changedCall('getConsistencyProof', (original, tools, shown) => (call, callback) => {
    const { firstSize, secondSize } = call.request as { firstSize: bigint; secondSize: bigint };
    const newest = BigInt((shown as Shown).log.size);
    if (firstSize === 0n || firstSize >= secondSize || secondSize >= newest) {
      original(call, callback);
      return;
    }
    tools.fired();
    original({ ...call, request: { firstSize, secondSize: newest } }, callback);
  }),
};

export default fault;
