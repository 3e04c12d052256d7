import type { Fault } from './fault.ts';
import { changedCall } from './ways/log-calls.ts';

interface Shown {
  readonly log: { readonly size: number };
}

const fault: Fault = {
  id: 'proves-in-a-smaller-tree',
  requirement: 'MDT-LOG-027',
  breaks: 'an inclusion proof in a tree that is not there yet is answered with one in the newest',
  replaces: changedCall('getInclusionProof', (original, tools, shown) => (call, callback) => {
    const { treeSize } = call.request;
    const size = BigInt((shown as Shown).log.size);
    if (typeof treeSize !== 'bigint' || treeSize <= size) {
      original(call, callback);
      return;
    }
    tools.fired();
    original({ ...call, request: { ...call.request, treeSize: size } }, callback);
  }),
};

export default fault;
