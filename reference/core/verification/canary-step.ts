/** Step 14, where the canary is asked for: what the people behind the entity still state (spec 9.3). */
import type { HostedStatus, Status } from '../../gen/schemas.ts';
import { canaryState, type CanaryFinding } from '../canary/canary-state.ts';
import { canonicalOctets } from '../canonical.ts';
import { MAX_DOCUMENT_OCTETS, parseEnvelope } from '../document-octets.ts';
import { MdtError } from '../errors.ts';
import { bytesToHex, parseHex } from '../hex.ts';
import { validate } from '../schema.ts';
import { inForce, type Succession } from '../succession.ts';
import { formatTime } from '../time.ts';
import type { HeaderChain } from '../header-chain.ts';
import { datingFault } from './document-dating.ts';
import { headersDownTo } from './header-steps.ts';
import type { CanaryPort, HeaderSource } from './request.ts';
import type { Evidence } from './step-record.ts';

/** Most octets of a STATUS with its envelope. */
export const MAX_STATUS_OCTETS = 32_768;
/** Most STATUSes that are asked for at once: eleven years of one a day. */
export const MAX_STATUSES = 4_096;

export interface CheckedCanary extends CanaryFinding {
  /** The envelope of each STATUS that was shown or known, as text, in the order of their numbers. */
  readonly texts: readonly string[];
}

/** Whose time and headers a STATUS is held against. */
export interface CanaryReader {
  /** The later of the reader's clock and the median time past of its tip, seconds since 1970. */
  readonly now: number;
  readonly chain: HeaderChain;
  readonly sources: readonly HeaderSource[];
  /** The reader's own policy. */
  readonly confirmations: number;
}

/**
 * The state of the canary. What a verification has to say of it is in `fault`; this throws nothing but what the port does
 * beyond MdtError.
 */
export async function checkCanary(
  records: Succession,
  port: CanaryPort,
  { now, chain, sources, confirmations }: CanaryReader,
  evidence: Evidence,
): Promise<CheckedCanary> {
  const entityId = bytesToHex(records[0].digest);
  const { status: url } = inForce(records).record.services;
  const known = port.known(entityId);
  const newestKnown = known.reduce((most, { status }) => Math.max(most, status.seq), 0);
  Object.assign(evidence, { url, known: known.length, now: formatTime(now) });
  const answer = await ask(port, url, newestKnown);
  const { shown } = answer;
  const signers = records.map(({ digest, record }) => ({
    digest: bytesToHex(digest),
    key: parseHex(record.keys.status, 'MDT_SCHEMA', '/birth_record/keys/status', 33),
    maxAgeSeconds: record.policy.canary_max_age_seconds,
  }));
  const hosted = shown.map((each) => each.hosted);
  const named = [...known, ...hosted].map(({ status }) => status.freshness.height);
  await headersDownTo(named, chain, sources);
  const misdated = (status: Status): MdtError | undefined => datingFault(status, chain, confirmations, '/status');
  const found = canaryState({ entityId, signers, shown: hosted, known, now, misdated });
  const doubt = answer.doubt ?? found.doubt;
  Object.assign(evidence, { shown: shown.length }, tellNewest(found.newest), { lacks: [...found.lacks] });
  if (doubt) evidence['doubt'] = `${doubt.field}: ${doubt.message}`;
  const fault = found.state === 'UNKNOWN' ? (doubt ?? found.fault) : found.fault;
  const asShown = new Map(shown.map((each) => [each.hosted.sha256, each.text]));
  const texts = found.believed.map((each) => asShown.get(each.sha256) ?? JSON.stringify(each));
  return { ...found, ...(fault && { fault }), ...(doubt && { doubt }), texts };
}

interface Shown {
  readonly hosted: HostedStatus;
  readonly text: string;
}

/** What cannot be read, or did not come, says nothing: neither good nor bad. */
async function ask(
  port: CanaryPort,
  url: string,
  from: number,
): Promise<{ readonly shown: readonly Shown[]; readonly doubt?: MdtError }> {
  try {
    const octets = await port.fetch(url, from);
    return { shown: octets.map((each, index) => readStatus(each, `/statuses/${index}`)) };
  } catch (cause) {
    if (!(cause instanceof MdtError)) throw cause;
    const doubt = new MdtError('MDT_SOURCE', cause.message, { field: cause.field, cause });
    return { shown: [], doubt };
  }
}

function readStatus(octets: Uint8Array, place: string): Shown {
  try {
    const hosted = validate('hosted-status', parseEnvelope(octets, MAX_STATUS_OCTETS));
    const { length } = canonicalOctets(hosted.status);
    if (length > MAX_DOCUMENT_OCTETS)
      throw new MdtError('MDT_DOCUMENT_TOO_LARGE', `${length} canonical octets`, { field: '/status' });
    return { hosted, text: new TextDecoder().decode(octets) };
  } catch (cause) {
    if (!(cause instanceof MdtError)) throw cause;
    throw new MdtError(cause.code, cause.message, { field: `${place}${cause.field}`, cause });
  }
}

function tellNewest(newest: HostedStatus | undefined): Evidence {
  if (newest === undefined) return {};
  const { seq, record, created, next_due, expires } = newest.status;
  return { seq, sha256: newest.sha256, record, created, next_due, expires };
}
