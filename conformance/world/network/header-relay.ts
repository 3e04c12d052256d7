/** A relay that has headers and nothing else, honest but for the calls that a scenario puts in their place. */
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import {
  RelayServiceService as SERVICE,
  type GetHeadersRequest,
  type GetHeadersResponse,
} from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import { hash256 } from '../../oracle/digest.ts';
import { displayed } from '../../oracle/merkle.ts';
import { headersAfter } from '../relay-double/chain-calls.ts';
import { knownBlocks, MOST_RESULTS } from '../relay-double/ranges.ts';
import { answered } from '../relay-double/relay-double.ts';

/** A source of headers that a scenario opened, at a port of its own. */
export interface OpenSource {
  readonly url: string;
  close(): void;
}

/** Answers, or never does. */
export type AnswerHeaders = (request: GetHeadersRequest) => GetHeadersResponse | Promise<GetHeadersResponse>;

/**
 * @param chain headers from block 0 on
 * @param change makes another answer of the honest one
 */
export async function openRelay(
  chain: readonly Buffer[],
  change: (honest: AnswerHeaders) => AnswerHeaders = (honest) => honest,
): Promise<OpenSource> {
  const answer = change(honestly(chain));
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  const unary =
    <Q, A extends object>(work: (request: Q) => A | Promise<A>) =>
    ({ request }: ServerUnaryCall<Q, A>, done: sendUnaryData<A>): void => {
      void answered(async () => work(request), done as sendUnaryData<object>);
    };
  server.addService(SERVICE, {
    getHeaders: unary(answer),
    getTip: unary(() => ({ height: chain.length - 1, header: chain.at(-1) ?? Buffer.alloc(0) })),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { url: `grpc://127.0.0.1:${String(port)}`, close: () => server.forceShutdown() };
}

function honestly(headers: readonly Buffer[]): AnswerHeaders {
  const heights = new Map(headers.map((header, height) => [displayed(hash256(header)), height]));
  const chain = { headers, heightOf: (hash: string) => heights.get(hash) };
  return ({ known, limit, fromHeight }) =>
    headersAfter(chain, knownBlocks(known), limit === 0 ? MOST_RESULTS : Math.min(limit, MOST_RESULTS), fromHeight);
}
