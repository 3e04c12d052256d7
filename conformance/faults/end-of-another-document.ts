import type { Fault } from './fault.ts';
import { rewritePayload } from './ways/successor.ts';

const fault: Fault = {
  id: 'end-of-another-document',
  requirement: 'MDT-RET-001',
  breaks: 'the RETIRE anchors the digest of another document',
  replaces: rewritePayload(['RETIRE'], (payload) => ({ ...payload, digest: new Uint8Array(32) })),
};

export default fault;
