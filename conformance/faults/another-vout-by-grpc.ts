import type { Fault } from './fault.ts';
import { rewriteByGrpc } from './ways/identity-service.ts';

const fault: Fault = {
  id: 'another-vout-by-grpc',
  requirement: 'MDT-HST-011',
  breaks: 'GetAnchorProof gives another output',
  replaces: rewriteByGrpc(({ anchor }) => {
    anchor.proof.vout = 7;
  }),
};

export default fault;
