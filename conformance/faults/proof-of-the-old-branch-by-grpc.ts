import type { Fault } from './fault.ts';
import { rewriteByGrpc } from './ways/identity-service.ts';

/** What stood beside the record first, by transaction ID. */
const first = new Map<string, object>();

const fault: Fault = {
  id: 'proof-of-the-old-branch-by-grpc',
  requirement: 'MDT-LOC-004',
  breaks: 'GetAnchorProof gives the locator and the proof that it gave first, and never new ones',
  also: [{ requirement: 'MDT-HST-011', reason: 'the hosted record has those of the new branch' }],
  replaces: rewriteByGrpc((hosted) => {
    const { txid } = hosted.anchor.locator;
    if (!first.has(txid)) first.set(txid, hosted.anchor);
    hosted.anchor = first.get(txid);
  }),
};

export default fault;
