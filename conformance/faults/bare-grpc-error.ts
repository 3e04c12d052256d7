import type { Fault, Tools } from './fault.ts';

interface GrpcError {
  readonly statusDetails: Buffer;
}

const fault: Fault = {
  id: 'bare-grpc-error',
  requirement: 'MDT-HST-015',
  breaks: 'gRPC errors carry a status and no ErrorInfo',
  replaces: {
    'reference/runtime/error-carrier.ts': {
      toGrpcError: (original: (error: unknown) => GrpcError, tools: Tools) => (error: unknown) => {
        tools.fired();
        return { ...original(error), statusDetails: Buffer.alloc(0) };
      },
    },
  },
};

export default fault;
