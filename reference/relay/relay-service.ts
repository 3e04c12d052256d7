/** The calls of a relay (proto/milagro/trust/v1/relay.proto), each by what answers it. */
import * as proto from '../gen/proto/milagro/trust/v1/relay.ts';
import type { GrpcService } from '../runtime/grpc-host.ts';
import type { AnchorAnswers } from './anchor-answers.ts';
import type { Calls } from './calls.ts';
import type { HeaderAnswers } from './header-answers.ts';
import type { NodeAnswers } from './node-answers.ts';
import type { RegistrationAnswers } from './registration-answers.ts';

export interface RelayAnswers {
  readonly terms: () => Pick<proto.GetTermsResponse, 'genesis' | 'indexedFrom' | 'maxResults'>;
  readonly headers: HeaderAnswers;
  readonly anchors: AnchorAnswers;
  readonly node: NodeAnswers;
  readonly registrations: RegistrationAnswers;
}

/** MDT-RLY-002, -003 */
const MODES = [proto.RegistrationMode.REGISTRATION_MODE_DIRECT, proto.RegistrationMode.REGISTRATION_MODE_BATCHED];

/** MDT-HST-015: up to here an error is ours. A transaction that nodes hand on has at most 400,000 octets. */
const MAX_REQUEST_OCTETS = 1_048_576;

export function relayService(calls: Calls, answers: RelayAnswers): GrpcService {
  const { terms, headers, anchors, node, registrations } = answers;
  const service: proto.RelayServiceServer = {
    getTerms: calls.unary(() => ({ ...terms(), free: true, modes: MODES })),
    getTip: calls.unary(async () => headers.tip()),
    getHeaders: calls.unary(async (request: proto.GetHeadersRequest) => headers.headers(request)),
    watchHeaders: calls.streaming(async (request: proto.WatchHeadersRequest, send, ended) =>
      headers.watch(request, send, ended),
    ),
    findAnchors: calls.unary(async (request: proto.FindAnchorsRequest) => anchors.find(request)),
    getTransactionStatus: calls.unary(async (request: proto.GetTransactionStatusRequest) => anchors.status(request)),
    getAnchorProof: calls.unary(async (request: proto.RelayServiceGetAnchorProofRequest) =>
      anchors.anchorProof(request),
    ),
    getLineageProof: calls.unary(async (request: proto.RelayServiceGetLineageProofRequest) =>
      anchors.lineageProof(request),
    ),
    watchAnchor: calls.streaming(async (request: proto.WatchAnchorRequest, send, ended) =>
      anchors.watch(request, send, ended),
    ),
    listUnspent: calls.unary(async (request: proto.ListUnspentRequest) => node.unspent(request)),
    estimateFee: calls.unary(async (request: proto.EstimateFeeRequest) => node.fee(request)),
    broadcastTransaction: calls.unary(async (request: proto.BroadcastTransactionRequest) => node.broadcast(request)),
    registerSignature: calls.unary(async (request: proto.RegisterSignatureRequest) => registrations.register(request)),
    getRegistration: calls.unary(async (request: proto.GetRegistrationRequest) => registrations.registration(request)),
  };
  return { definition: proto.RelayServiceService, calls: service, maxRequestOctets: MAX_REQUEST_OCTETS };
}
