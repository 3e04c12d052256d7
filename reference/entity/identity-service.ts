/** The gRPC calls of every entity: the same documents that it serves over HTTP (MDT-HST-010 to -012). */
import { hexToBytes } from '@noble/hashes/utils.js';
import { canonicalOctets } from '../core/canonical.ts';
import type * as proto from '../gen/proto/milagro/trust/v1/identity.ts';
import type { HostedRetirement, Predecessor } from '../gen/schemas.ts';
import { unary } from '../runtime/grpc-host.ts';
import { lineageMessage, locatorMessage, proofMessage } from '../runtime/proof-messages.ts';
import type { Representation } from '../runtime/representation.ts';
import type { Publication } from './publication.ts';

/** What is shown now; it throws MDT_NOT_READY while there is nothing. */
interface Showing {
  current(): Publication;
  metadata(): Representation;
}

export function identityService(
  { current, metadata }: Showing,
  onFault: (error: unknown) => void,
): proto.IdentityServiceServer {
  return {
    getBirthRecord: unary<proto.GetBirthRecordRequest, proto.GetBirthRecordResponse>(() => {
      const { recordOctets, hosted } = current();
      return {
        birthRecord: Buffer.from(recordOctets),
        sha256: octets(hosted.sha256),
        signature: octets(hosted.signature),
        previousSignature: octets(hosted.previous_signature ?? ''),
        predecessors: (hosted.predecessors ?? []).map(toProtoPredecessor),
        retirement: hosted.retirement && toProtoRetirement(hosted.retirement),
      };
    }, onFault),
    getAnchorProof: unary<proto.GetAnchorProofRequest, proto.GetAnchorProofResponse>(() => {
      const { locator, proof } = current().hosted.anchor;
      return { locator: locatorMessage(locator), proof: proofMessage(proof) };
    }, onFault),
    getLineageProof: unary<proto.GetLineageProofRequest, proto.GetLineageProofResponse>(
      () => ({ lineage: lineageMessage(current().hosted.lineage) }),
      onFault,
    ),
    getMetadata: unary<proto.GetMetadataRequest, proto.GetMetadataResponse>(
      () => ({ metadata: metadata().identity.octets }),
      onFault,
    ),
  };
}

function toProtoPredecessor({ birth_record, signature, previous_signature }: Predecessor): proto.Predecessor {
  return {
    birthRecord: Buffer.from(canonicalOctets(birth_record)),
    signature: octets(signature),
    previousSignature: octets(previous_signature ?? ''),
  };
}

function toProtoRetirement({ retirement, sha256, signature }: HostedRetirement): proto.Retirement {
  return {
    retirement: Buffer.from(canonicalOctets(retirement)),
    sha256: octets(sha256),
    signature: octets(signature),
  };
}

function octets(hex: string): Buffer {
  return Buffer.from(hexToBytes(hex));
}
