/** A call of a relay beside one of a bare grpc-js server that gives the same octets, 32 in the air at a time. */
import { credentials, Metadata, Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import { SimulatedNode } from '../chain/simulated-node.ts';
import * as proto from '../gen/proto/milagro/trust/v1/relay.ts';
import { TestRelay } from '../relay/test-relay.ts';
import { measure, type Measured, type Measurement } from './measure.ts';

const AT_A_TIME = 32;
const BLOCKS = 20;
const RUNS = 41;

export function relayCalls(): Measured[] {
  return [{ id: 'relay.unary.vs-echo', measured: async () => [await unary()] }];
}

async function unary(): Promise<Measurement> {
  const relay = await TestRelay.start(new SimulatedNode(BLOCKS));
  await relay.beat();
  const answer = await call(relay.client);
  const echo = new Server();
  echo.addService(proto.RelayServiceService, {
    getTip: (_: unknown, callback: (error: null, response: proto.GetTipResponse) => void) => callback(null, answer),
  });
  const port = await new Promise<number>((resolve, reject) => {
    echo.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const echoed = new proto.RelayServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    return await measure(
      {
        id: 'relay.unary.vs-echo',
        peerName: `grpc-js with the same answer and nothing behind it, ${AT_A_TIME} at a time`,
        ours: async () => manyCalls(relay.client),
        peer: async () => manyCalls(echoed),
      },
      RUNS,
    );
  } finally {
    echoed.close();
    echo.forceShutdown();
    await relay.stop();
  }
}

async function manyCalls(client: proto.RelayServiceClient): Promise<void> {
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => call(client)));
}

async function call(client: proto.RelayServiceClient): Promise<proto.GetTipResponse> {
  return new Promise((resolve, reject) => {
    client.getTip({}, new Metadata(), (error: ServiceError | null, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}
