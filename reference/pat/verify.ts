/** Verification as a person's client does it: over the network or from a bundle, with a memory (spec chapter 7). */
import { boundedGet, mayRead } from '../chain/bounded-get.ts';
import { MdtError } from '../core/errors.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { MAX_ENVELOPE_OCTETS } from '../core/hosted-record.ts';
import { networkOf } from '../core/network.ts';
import type { HeaderSource, VerificationPorts, VerificationRequest } from '../core/verification/request.ts';
import { verifyEntity, type Verification } from '../core/verification/verify-entity.ts';
import type { VerificationBundle } from '../gen/schemas.ts';
import { bundleHeaders } from '../core/verification/bundle-headers.ts';
import type { VerifierState } from './state.ts';

/** Reads the hosted record at `request.url` and verifies it. */
export async function verifyUrl(
  request: VerificationRequest,
  sources: readonly HeaderSource[],
  state: VerifierState,
): Promise<Verification> {
  return verifyWith(request, { fetch: async () => fetchHosted(request), sources, memory: state }, state);
}

/** Verifies the hosted record of a bundle; its headers are one source beside those given. */
export async function verifyBundle(
  bundle: VerificationBundle,
  request: VerificationRequest,
  sources: readonly HeaderSource[],
  state: VerifierState,
): Promise<Verification> {
  const fetch = async (): Promise<Uint8Array> => Buffer.from(bundle.hosted, 'utf8');
  return verifyWith(request, { fetch, sources: [bundleHeaders(bundle), ...sources], memory: state }, state);
}

async function verifyWith(
  request: VerificationRequest,
  ports: VerificationPorts,
  state: VerifierState,
): Promise<Verification> {
  const chain = new HeaderChain(request.parameters, request.checkpoint);
  const remembered = state.headers(chain);
  const sources = [...(remembered ? [remembered] : []), ...ports.sources];
  const verification = await verifyEntity(request, { ...ports, sources }, chain);
  state.keepHeaders(chain);
  return verification;
}

async function fetchHosted({ url, parameters }: VerificationRequest): Promise<Uint8Array> {
  const onRegtest = networkOf(parameters.genesis)?.name === 'regtest';
  if (!mayRead(url, onRegtest)) {
    throw new MdtError('MDT_SOURCE', 'not https; http is for loopback and private hosts on regtest', { field: url });
  }
  return boundedGet(url, {
    maxOctets: MAX_ENVELOPE_OCTETS,
    tooLarge: 'MDT_DOCUMENT_TOO_LARGE',
    accept: 'application/json',
  });
}
