/** What a subject token has to be (spec 12.7): a JWT by a key of the client, about the client, for this IdP, and of now. */
import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';

/** A subject token lives as long at the most, in seconds. */
const MAX_LIFE_SECONDS = 300;
/** How far clocks may differ. */
export const TOLERANCE_SECONDS = 15;

export type SubjectClaims = Readonly<Record<string, unknown>>;

/** A JWT in its parts. */
export interface Jwt {
  readonly header: SubjectClaims;
  readonly claims: SubjectClaims;
  /** The octets that are signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** `undefined` where it is no JWT. */
export function readJwt(token: string): Jwt | undefined {
  const [head = '', body = '', signature = '', ...more] = token.split('.');
  const [header, claims] = [json(head), json(body)];
  if (!header || !claims || more.length > 0) return undefined;
  return { header, claims, signed: Buffer.from(`${head}.${body}`), signature: Buffer.from(signature, 'base64url') };
}

export function isSigned({ header, signed, signature }: Jwt, keys: readonly JsonWebKey[]): boolean {
  const { alg, kid } = header;
  const named = keys.filter((key) => kid === undefined || key['kid'] === kid);
  return named.some((key) => verifies(alg, key, signed, signature));
}

export function isBy({ iss, sub }: SubjectClaims, clientId: string): boolean {
  return iss === clientId && sub === clientId;
}

export function isFor({ aud }: SubjectClaims, issuer: string): boolean {
  return (Array.isArray(aud) ? aud : [aud]).includes(issuer);
}

/** @param now seconds since 1970 */
export function isTimely({ exp, nbf }: SubjectClaims, now: number): boolean {
  if (typeof exp !== 'number') return false;
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + TOLERANCE_SECONDS)) return false;
  return exp > now - TOLERANCE_SECONDS && exp <= now + MAX_LIFE_SECONDS + TOLERANCE_SECONDS;
}

function verifies(alg: unknown, jwk: JsonWebKey, signed: Buffer, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    if (alg === 'ES256') return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
    if (alg === 'EdDSA') return verify(null, signed, key, signature);
    return alg === 'RS256' && verify('sha256', signed, key, signature);
  } catch {
    return false;
  }
}

function json(part: string): SubjectClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as SubjectClaims) : undefined;
  } catch {
    return undefined;
  }
}
