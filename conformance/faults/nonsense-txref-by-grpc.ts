import type { Fault } from './fault.ts';
import { rewriteByGrpc } from './ways/identity-service.ts';

const fault: Fault = {
  id: 'nonsense-txref-by-grpc',
  requirement: 'MDT-HST-011',
  breaks: 'GetAnchorProof gives a txref that the hosted record does not have',
  replaces: rewriteByGrpc(({ anchor }) => {
    anchor.locator.txref = 'txrt1:nonsense';
  }),
};

export default fault;
