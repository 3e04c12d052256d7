/** For tests: a relay that answers as an honest one does, but for what it changes, withholds or never answers. */
import { Server, ServerCredentials, type handleUnaryCall, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { RelayServiceService } from '../gen/proto/milagro/trust/v1/relay.ts';
import type { RequestOf, ResponseOf, TestRelay, UnaryName } from './test-relay.ts';

/** What it makes of an honest answer. */
export type Lies = {
  [Name in UnaryName]?: (
    answer: ResponseOf<Name>,
    request: RequestOf<Name>,
  ) => ResponseOf<Name> | Promise<ResponseOf<Name>>;
};

const ASKED = [
  ...['getTerms', 'getHeaders', 'getAnchorProof', 'listUnspent', 'estimateFee', 'broadcastTransaction'],
] as UnaryName[];
const servers: Server[] = [];

/** Ends all of them. */
export function stopLiars(): void {
  for (const server of servers.splice(0)) server.forceShutdown();
}

/** @returns its URL */
export async function liar(honest: TestRelay, lies: Lies): Promise<string> {
  const server = new Server();
  const answer =
    (name: UnaryName): handleUnaryCall<never, unknown> =>
    (call, done) => {
      const lie = lies[name] as ((answer: unknown, request: unknown) => unknown) | undefined;
      honest
        .call(name, call.request)
        .then(async (honestly) => (lie ? lie(honestly, call.request) : honestly))
        .then(
          (said) => done(null, said),
          (error: unknown) => done(error as Error),
        );
    };
  const calls = Object.fromEntries(ASKED.map((name) => [name, answer(name)])) as UntypedServiceImplementation;
  server.addService(RelayServiceService, calls);
  servers.push(server);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  return `grpc://127.0.0.1:${await promise}`;
}
