import type { Fault } from './fault.ts';
import { rewriteByGrpc } from './ways/identity-service.ts';

const fault: Fault = {
  id: 'another-proof-by-grpc',
  requirement: 'MDT-HST-011',
  breaks: 'GetAnchorProof gives another header',
  replaces: rewriteByGrpc(({ anchor }) => {
    anchor.proof.header = '00'.repeat(80);
  }),
};

export default fault;
