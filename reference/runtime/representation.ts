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
  readonly gzip: Coding;
}

/** The codings of a document's octets. The tag is a digest of the octets sent, so it holds across restarts. */
export function represent(octets: Uint8Array): Representation {
  return { identity: coding(Buffer.from(octets), undefined), gzip: coding(gzipSync(octets, { level: 9 }), 'gzip') };
}

function coding(octets: Buffer, contentEncoding: Coding['contentEncoding']): Coding {
  const digest = createHash('sha256').update(octets).digest('base64url').slice(0, 22);
  return { octets, etag: `"${digest}"`, contentEncoding };
}

/** The coding that an `Accept-Encoding` asks for (RFC 9110, 12.5.3): gzip where it is named with a weight above 0. */
export function chooseCoding({ identity, gzip }: Representation, acceptEncoding: string | undefined): Coding {
  const weights = new Map((acceptEncoding ?? '').split(',').map(readWeight));
  const weight = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0;
  return weight > 0 ? gzip : identity;
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
