/** A document as HTTP serves it: both codings made once, each with its strong entity tag (MDT-HST-002 to -005). */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface Coding {
  readonly octets: Buffer;
  /** Strong (RFC 9110, 8.8.3), quotes included. */
  readonly etag: string;
  readonly contentEncoding: 'gzip' | undefined;
}

export interface Representation {
  readonly identity: Coding;
  /** Absent where compression would only cost time. */
  readonly gzip?: Coding;
  readonly mediaType: string;
  readonly cacheControl: string;
}

/** How long a cache may keep what never changes: a year, the most that is usual (RFC 9111, 5.2.2.1). */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

/** What a document has that is no JSON, or that never changes. */
export interface Manner {
  readonly mediaType?: string;
  readonly cacheControl?: string;
  readonly compressed?: boolean;
}

/**
 * The codings of a document's octets. The tag is a digest of the octets sent, so it holds across restarts.
 * Where nothing else is said a cache asks each time: a locator is issued anew after a reorganisation, and the tag
 * makes that cheap.
 */
export function represent(
  octets: Uint8Array,
  { mediaType = 'application/json', cacheControl = 'no-cache', compressed = true }: Manner = {},
): Representation {
  return {
    identity: coding(Buffer.from(octets), undefined),
    ...(compressed && { gzip: coding(gzipSync(octets, { level: 9 }), 'gzip') }),
    mediaType,
    cacheControl,
  };
}

function coding(octets: Buffer, contentEncoding: Coding['contentEncoding']): Coding {
  const digest = createHash('sha256').update(octets).digest('base64url').slice(0, 22);
  return { octets, etag: `"${digest}"`, contentEncoding };
}

/** The coding that an `Accept-Encoding` asks for (RFC 9110, 12.5.3): gzip where it is named with a weight above 0. */
export function chooseCoding({ identity, gzip }: Representation, acceptEncoding: string | undefined): Coding {
  const weights = new Map((acceptEncoding ?? '').split(',').map(readWeight));
  const weight = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0;
  return weight > 0 && gzip ? gzip : identity;
}

function readWeight(member: string): [name: string, weight: number] {
  const [name = '', ...parameters] = member.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  return [name, q === undefined ? 1 : Number(q.slice(2)) || 0];
}

/** Whether an `If-None-Match` holds a tag; the comparison is weak (RFC 9110, 13.1.2). */
export function matchesEntityTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.match(/"[^"]*"/g)?.includes(etag) ?? false;
}
