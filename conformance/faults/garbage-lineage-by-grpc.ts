import type { Fault } from './fault.ts';
import { rewriteByGrpc } from './ways/identity-service.ts';

const fault: Fault = {
  id: 'garbage-lineage-by-grpc',
  requirement: 'MDT-HST-011',
  breaks: 'GetLineageProof proves nothing: right links, and proofs of noise',
  replaces: rewriteByGrpc(({ lineage }) => {
    for (const { proof } of lineage.proofs)
      Object.assign(proof, { header: '00'.repeat(80), coinbase: 'ff'.repeat(60) });
  }),
};

export default fault;
