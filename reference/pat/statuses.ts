/** STATUSes over HTTP (spec 9.2), with an end to everything: how many, how large, how long. */
import { boundedGet, mayRead } from '../chain/bounded-get.ts';
import { MdtError } from '../core/errors.ts';
import { parseEnvelope } from '../core/document-octets.ts';
import { validate } from '../core/schema.ts';
import { MAX_STATUS_OCTETS, MAX_STATUSES } from '../core/verification/canary-step.ts';

/** How STATUSes are read. */
export interface StatusReading {
  /** Whether http is good enough for loopback and private hosts. */
  readonly plain: boolean;
  /** How long each answer may take. */
  readonly patienceMs: number;
}

/** Requests at a time: an entity of ten years has thousands of STATUSes. */
const AT_A_TIME = 8;
const DEADLINE_MS = 60_000;

/**
 * The STATUSes from a number on to the newest; the newest alone where it is an earlier one.
 * @throws MdtError MDT_SOURCE where one did not come, or too many would; or what is wrong with the newest
 */
export async function fetchStatuses(
  url: string,
  from: number,
  { plain, patienceMs }: StatusReading,
): Promise<Uint8Array[]> {
  if (!mayRead(url, plain))
    throw new MdtError('MDT_SOURCE', 'not https; http is for loopback and private hosts on regtest', { field: url });
  const end = Date.now() + DEADLINE_MS;
  const base = url.replace(/\/$/, '');
  const get = async (place: string): Promise<Uint8Array> => fetchStatus(place, end, patienceMs);
  const newest = await get(base);
  const { seq } = validate('hosted-status', parseEnvelope(newest, MAX_STATUS_OCTETS)).status;
  if (seq - from >= MAX_STATUSES)
    throw new MdtError('MDT_SOURCE', `${seq - from + 1} STATUSes, at most ${MAX_STATUSES} are read`, { field: url });
  const octets: Uint8Array[] = [];
  for (let next = from; next < seq; next += AT_A_TIME) {
    const numbers = Array.from({ length: Math.min(AT_A_TIME, seq - next) }, (_, index) => next + index);
    octets.push(...(await Promise.all(numbers.map(async (number) => get(`${base}/${number}`)))));
  }
  return [...octets, newest];
}

async function fetchStatus(url: string, end: number, patienceMs: number): Promise<Uint8Array> {
  const deadlineMs = Math.min(patienceMs, end - Date.now());
  if (deadlineMs <= 0) throw new MdtError('MDT_SOURCE', 'no answer in time', { field: url });
  return boundedGet(url, {
    maxOctets: MAX_STATUS_OCTETS,
    tooLarge: 'MDT_DOCUMENT_TOO_LARGE',
    accept: 'application/json',
    deadlineMs,
  });
}
