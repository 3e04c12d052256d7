/** GET with an end to everything: octets, time, and no way to another place. What is asked for is not trusted. */
import { MdtError, type ErrorCode } from '../core/errors.ts';
import { isPrivateHost } from '../core/private-host.ts';

/** A server that has not answered in full by then has not answered. */
export const DEADLINE_MS = 10_000;

export interface Bounds {
  readonly maxOctets: number;
  /** The code where more than `maxOctets` come. */
  readonly tooLarge: ErrorCode;
  readonly accept: string;
  /** The code for status 404, where that is another answer than none. */
  readonly absent?: ErrorCode;
  readonly deadlineMs?: number;
}

/**
 * The body of a 200. Redirects are refused: who may send a reader elsewhere chooses what it reads.
 * @throws MdtError MDT_SOURCE where there is no such answer, `tooLarge` where it has too many octets
 */
export async function boundedGet(url: string, bounds: Bounds): Promise<Uint8Array> {
  const { deadlineMs = DEADLINE_MS, accept } = bounds;
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const response = await fetch(url, { redirect: 'manual', signal, headers: { accept }, credentials: 'omit' });
    if (response.status !== 200) {
      await response.body?.cancel();
      const code = (response.status === 404 ? bounds.absent : undefined) ?? 'MDT_SOURCE';
      throw new MdtError(code, `status ${response.status}`, { field: url });
    }
    return await readAtMost(response, url, bounds);
  } catch (cause) {
    if (cause instanceof MdtError) throw cause;
    throw new MdtError('MDT_SOURCE', reasonOf(cause), { field: url, cause });
  }
}

async function readAtMost({ body }: Response, url: string, { maxOctets, tooLarge }: Bounds): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Counted after decompression, part by part: a small answer may unpack into a large one.
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > maxOctets) throw new MdtError(tooLarge, `more than ${maxOctets} octets`, { field: url });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function reasonOf(cause: unknown): string {
  const { name, cause: inner } = cause as { name?: string; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'no answer in time';
  return typeof inner?.code === 'string' ? `no answer (${inner.code})` : 'no usable answer';
}

/** Whether a URL may be read: `https`, or `http` where `plain` allows it and the host is loopback or private. */
export function mayRead(url: string, plain: boolean): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && plain && isPrivateHost(hostname));
}
