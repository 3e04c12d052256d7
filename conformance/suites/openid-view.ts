/** What an IdP showed and answered, as checks read it. Nothing here judges, but for what has a requirement of its own beside it. */
import { createPublicKey, verify } from 'node:crypto';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { sha256 } from '../oracle/digest.ts';
import type { HttpResult } from '../world/http-client.ts';
import { codeIn, responseOf } from '../world/scenes/openid-logins.ts';
import type { LogIn, LoginsSeen, OpenidSeen } from '../world/scenes/openid-seen.ts';
import { isThere, readAsJson, served } from './http-view.ts';
import { entriesAt, entryJson } from './log-view.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** JSON of an answer with a status, whatever it is. */
export function jsonOf(result: HttpResult | undefined, what: string): Record<string, unknown> {
  const value = readAsJson(served(result, what));
  holds(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no JSON object`, {
    expected: 'a JSON object',
    got: value,
  });
  return value as Record<string, unknown>;
}

/** An answer of the right status, or nothing can be said. */
export function goodJson(result: HttpResult | undefined, what: string, status = 200): Record<string, unknown> {
  const answer = served(result, what);
  if (answer.status !== status) throw new Untestable(`${what} has the status ${String(answer.status)}`);
  return jsonOf(result, what);
}

export function metadataIn({ metadata }: OpenidSeen): Record<string, unknown> {
  return goodJson(metadata?.result, 'the metadata (MDT-IDP-001)');
}

/** Logins, of which nothing can be said where nobody could. */
export function loginsOf({ nobody, logins }: OpenidSeen): LoginsSeen {
  if (nobody !== undefined) throw new Untestable(nobody);
  if (!logins) throw new Untestable('nobody logged in: the target was not born, or did not register the clients');
  return logins;
}

/** Where the browser stands, for a message. */
export function stands({ went, response }: LogIn): string {
  return response ?? `${went.url} ${String(went.status ?? '')} ${went.stopped ?? ''} ${went.text.slice(0, 200)}`;
}

/** An authorization response with a code, which the login has to lead to. */
export function successOf(login: LogIn, what: string): URLSearchParams {
  const response = responseOf(login);
  if (!response || codeIn(login) === undefined) throw new Untestable(`${what} led to no code, but to ${stands(login)}`);
  return response;
}

/** The ID Token of a login, which openid-client took. */
export function idTokenOf(login: LogIn, what: string): string {
  const { idToken } = login.tokens ?? {};
  if (idToken === undefined) throw new Untestable(`${what}: ${whyNoToken(login)}`);
  return idToken;
}

function whyNoToken({ tokens, ...login }: LogIn): string {
  if (!tokens) return `no code came, but ${stands(login)}`;
  return `no ID Token came: ${tokens.complaint ?? ''}`;
}

/** Claims of a JWT, verified by nobody. */
export function claimsOf(token: string): Claims {
  return partOf(token, 1);
}

/** Its header, likewise. */
export function headerOf(token: string): Claims {
  return partOf(token, 0);
}

function partOf(token: string, index: number): Claims {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Claims;
  } catch {
    // said below
  }
  throw new Untestable('an ID Token is no JWT');
}

/** Ways of signing that node:crypto verifies. */
const ALGORITHMS: Readonly<Record<string, { digest: string | null; ieee?: true }>> = {
  RS256: { digest: 'sha256' },
  ES256: { digest: 'sha256', ieee: true },
  EdDSA: { digest: null },
};

/** A JWT is signed by a key of a JWK Set, by this algorithm. */
export function isSignedByJwks(token: string, jwks: Record<string, unknown>, algorithm: string): void {
  const { alg, kid } = headerOf(token);
  equal(alg, algorithm, 'the algorithm', 'alg');
  const keys = Array.isArray(jwks['keys']) ? (jwks['keys'] as Claims[]) : [];
  const own = keys.filter((key) => kid === undefined || key['kid'] === kid);
  const [head = '', body = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${head}.${body}`);
  const how = ALGORITHMS[algorithm];
  const isRight = own.some((jwk) => how && verifiesBy(jwk, how, signed, Buffer.from(signature, 'base64url')));
  holds(isRight, 'no key of the JWK Set verifies the token', {
    expected: `a signature by one of ${keys.map((key) => String(key['kid'])).join(' ')}`,
    got: `kid ${String(kid)}`,
    field: 'kid',
  });
}

function verifiesBy(
  jwk: Claims,
  { digest, ieee }: { digest: string | null; ieee?: true },
  signed: Buffer,
  signature: Buffer,
): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return verify(digest, signed, ieee ? { key, dsaEncoding: 'ieee-p1363' } : key, signature);
  } catch {
    return false;
  }
}

/** Entries of the log right after something was answered. */
export function entriesAfter({ entries }: OpenidSeen, what: string): Claims[] {
  const look = entries[what];
  if (!look) throw new Untestable(`it did not come to that: ${what}`);
  if (!isThere(look.checkpoint)) throw new Untestable(`no checkpoint was served after that: ${what} (MDT-LOG-007)`);
  return entriesAt(look).map((entry) => entryJson(entry) ?? {});
}

/** The entry that was made of an ID Token, and how many. */
export function entriesOfToken(entries: readonly Claims[], token: string): Claims[] {
  const commitment = sha256(Buffer.from(token, 'ascii')).toString('hex');
  return entries.filter((entry) => entry['event'] === 'token_issued' && entry['commitment'] === commitment);
}

/** Every ID Token that the kit was given before the last look at the log, by what it was for. */
export function tokensOf(seen: OpenidSeen): Record<string, string> {
  const { logins, things, restarted } = seen;
  const from = (result: HttpResult | undefined, member: string): string | undefined => {
    if (!result || 'failed' in result || result.status !== 200) return undefined;
    const token = jsonOf(result, 'an answer with a token')[member];
    return typeof token === 'string' ? token : undefined;
  };
  const all = {
    'of the first client': logins?.a.tokens?.idToken,
    'of the second client': logins?.b.tokens?.idToken,
    'of the third client': from(logins?.first?.result, 'id_token'),
    'of a thing': from(things?.right, 'access_token'),
    'after a restart': restarted?.login?.tokens?.idToken,
  };
  return Object.fromEntries(Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined));
}

/** A refusal of the token endpoint with an error (RFC 6749, 5.2). */
export function refusedWith(result: HttpResult | undefined, error: string, what: string): void {
  const answer = served(result, what);
  holds(answer.status >= 400 && answer.status < 500, `${what} is not refused`, {
    expected: `400 ${error}`,
    got: `${String(answer.status)} ${answer.body.subarray(0, 200).toString('utf8')}`,
  });
  equal(jsonOf(result, what)['error'], error, `the error of ${what}`, '/error');
}
