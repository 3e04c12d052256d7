import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

interface Shown {
  readonly log: { readonly size: number };
}

const fault: Fault = {
  id: 'refuses-what-comes-next',
  requirement: 'MDT-LOG-014',
  breaks: 'ListEntries refuses the start that is the size of the tree',
  replaces: changedCall('listEntries', (original, tools, shown) => (call, callback) => {
    const { start, limit } = call.request as { start: bigint; limit: number };
    const isNext = start === BigInt((shown as Shown).log.size);
    if (isNext) tools.fired();
    original({ ...call, request: { start: isNext ? start + 1n : start, limit } }, callback);
  }),
};

export default fault;
