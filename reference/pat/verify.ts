/** Verification as a person's client does it: over the network or from a bundle, with a memory (spec chapter 7). */
import { boundedGet, DEADLINE_MS, mayRead } from '../chain/bounded-get.ts';
import { MdtError } from '../core/errors.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { MAX_ENVELOPE_OCTETS } from '../core/hosted-record.ts';
import { networkOf } from '../core/network.ts';
import type { CanaryPort, HeaderSource, VerificationPorts, VerificationRequest } from '../core/verification/request.ts';
import { verifyEntity, type Verification } from '../core/verification/verify-entity.ts';
import type { VerificationBundle } from '../gen/schemas.ts';
import { bundleHeaders } from '../core/verification/bundle-headers.ts';
import type { VerifierState } from './state.ts';
import { fetchStatuses } from './statuses.ts';

/** What is asked about beside the record. */
export interface Asked {
  /** Whether the canary is looked at, too (spec 9.3). */
  readonly canary: boolean;
  /** How long a host may take for an answer. */
  readonly patienceMs?: number;
}

/** Reads the hosted record at `request.url` and verifies it. */
export async function verifyUrl(
  request: VerificationRequest,
  sources: readonly HeaderSource[],
  state: VerifierState,
  { canary, patienceMs = DEADLINE_MS }: Asked = { canary: false },
): Promise<Verification> {
  const fetch = async (): Promise<Uint8Array> => fetchHosted(request, patienceMs);
  const plain = isRegtest(request);
  const statuses = canaryPort(state, async (url, from) => fetchStatuses(url, from, { plain, patienceMs }));
  return verifyWith(request, { fetch, sources, memory: state, ...(canary && { canary: statuses }) }, state);
}

/** Verifies the hosted record of a bundle; its headers are one source beside those given. */
export async function verifyBundle(
  bundle: VerificationBundle,
  request: VerificationRequest,
  sources: readonly HeaderSource[],
  state: VerifierState,
  { canary }: Asked = { canary: false },
): Promise<Verification> {
  const fetch = async (): Promise<Uint8Array> => Buffer.from(bundle.hosted, 'utf8');
  const saved = canaryPort(state, async () => {
    if (bundle.statuses === undefined)
      throw new MdtError('MDT_SOURCE', 'the bundle holds no STATUS', { field: '/statuses' });
    return bundle.statuses.map((text) => Buffer.from(text, 'utf8'));
  });
  const all = [bundleHeaders(bundle), ...sources];
  return verifyWith(request, { fetch, sources: all, memory: state, ...(canary && { canary: saved }) }, state);
}

function canaryPort(state: VerifierState, fetch: CanaryPort['fetch']): CanaryPort {
  return {
    fetch,
    known: (entityId) => state.recallStatuses(entityId),
    remember: (entityId, believed) => state.rememberStatuses(entityId, believed),
  };
}

function isRegtest({ parameters }: VerificationRequest): boolean {
  return networkOf(parameters.genesis)?.name === 'regtest';
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

async function fetchHosted(request: VerificationRequest, deadlineMs: number): Promise<Uint8Array> {
  const { url } = request;
  if (!mayRead(url, isRegtest(request))) {
    throw new MdtError('MDT_SOURCE', 'not https; http is for loopback and private hosts on regtest', { field: url });
  }
  return boundedGet(url, {
    maxOctets: MAX_ENVELOPE_OCTETS,
    tooLarge: 'MDT_DOCUMENT_TOO_LARGE',
    accept: 'application/json',
    deadlineMs,
  });
}
