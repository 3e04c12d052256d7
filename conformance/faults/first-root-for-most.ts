import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

interface Shown {
  readonly roots: { readonly newest?: { readonly document: { readonly seq: number } } };
}

const fault: Fault = {
  id: 'first-root-for-most',
  requirement: 'MDT-LOG-022',
  breaks: 'GetActivityRoot answers root 0 for every number between that and the newest',
  replaces: changedCall('getActivityRoot', (original, tools, shown) => (call, callback) => {
    const { seq } = call.request;
    const newest = BigInt((shown as Shown).roots.newest?.document.seq ?? 0);
    const isBetween = typeof seq === 'bigint' && seq > 0n && seq < newest;
    if (isBetween) tools.fired();
    original({ ...call, request: { seq: isBetween ? 0n : seq } }, callback);
  }),
};

export default fault;
