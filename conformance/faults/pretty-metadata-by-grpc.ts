import type { Fault } from './fault.ts';
import { republishByGrpc } from './ways/identity-service.ts';

const fault: Fault = {
  id: 'pretty-metadata-by-grpc',
  requirement: 'MDT-HST-012',
  breaks: 'GetMetadata gives the metadata for people to read, not in canonical form',
  replaces: republishByGrpc(({ metadata }) => ({
    metadataOctets: Buffer.from(JSON.stringify(metadata, undefined, 2)),
  })),
};

export default fault;
