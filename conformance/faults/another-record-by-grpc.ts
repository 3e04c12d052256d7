import type { Fault } from './fault.ts';
import { republishByGrpc } from './ways/identity-service.ts';

const fault: Fault = {
  id: 'another-record-by-grpc',
  requirement: 'MDT-HST-010',
  breaks: 'GetBirthRecord gives a record with a line feed at its end',
  replaces: republishByGrpc(({ recordOctets }) => ({ recordOctets: Buffer.concat([recordOctets, Buffer.from('\n')]) })),
};

export default fault;
