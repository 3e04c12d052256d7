/** For tests: a relay that answers as an honest one does, but for what it changes, withholds or never answers. */
import {
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
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
  const say = async (name: UnaryName, request: never): Promise<unknown> => {
    const lie = lies[name] as ((answer: unknown, request: unknown) => unknown) | undefined;
    const honestly = await honest.call(name, request);
    return lie ? lie(honestly, request) : honestly;
  };
  const answer = async (name: UnaryName, request: never, done: sendUnaryData<unknown>): Promise<void> => {
    try {
      done(null, await say(name, request));
    } catch (error) {
      done(error as Error);
    }
  };
  const handler =
    (name: UnaryName): handleUnaryCall<never, unknown> =>
    ({ request }, done) =>
      void answer(name, request, done);
  const calls = Object.fromEntries(ASKED.map((name) => [name, handler(name)])) as UntypedServiceImplementation;
  server.addService(RelayServiceService, calls);
  servers.push(server);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  return `grpc://127.0.0.1:${await promise}`;
}
