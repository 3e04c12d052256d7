/** What is looked at before an enrolment (spec chapter 13). */
import { canonicalOctets, sha256, tagged } from './digest.ts';
import { Refusal } from './refusal.ts';
import { refuseSignature } from './signature.ts';

const DAY_AND_HOUR = 90_000;
const octets = (hex: string): Buffer => Buffer.from(hex, 'hex');

export interface JwksQuestion {
  readonly entity_id: string;
  readonly public_key: string;
  readonly jwks: object;
  readonly signature: string;
  readonly expires: number;
}

/** @param now seconds since 1970 */
export function refuseJwks(shown: JwksQuestion, now: number): void {
  const until = Buffer.alloc(8);
  until.writeBigUInt64BE(BigInt(shown.expires));
  const said = Buffer.concat([octets(shown.entity_id), sha256(canonicalOctets(shown.jwks)), until]);
  refuseSignature('MDT/1/jwks', said, octets(shown.signature), octets(shown.public_key));
  if (shown.expires <= now || shown.expires - now > DAY_AND_HOUR)
    throw new Refusal('MDT_JWKS_EXPIRES', '/expires', `${String(shown.expires)}, at ${String(now)}`);
}

export interface AuthorizationQuestion {
  readonly url: string;
  readonly authorization_endpoint: string;
  readonly issuer: string;
  readonly dta_entity_id: string;
  readonly public_key: string;
  readonly salt: string;
}

function nonceOf(asked: Omit<AuthorizationQuestion, 'url' | 'authorization_endpoint'>): string {
  const { dta_entity_id: dta, public_key: key, issuer, salt } = asked;
  const said = Buffer.concat([octets(dta), octets(key), sha256(Buffer.from(issuer, 'utf8')), octets(salt)]);
  return sha256(tagged('MDT/1/enroll-nonce', said)).toString('base64url');
}

export function refuseAuthorizationUrl(asked: AuthorizationQuestion): void {
  const at = asked.url.indexOf('?');
  const endpoint = /^[^?]*/.exec(asked.authorization_endpoint)?.[0];
  if (at === -1 || asked.url.slice(0, at) !== endpoint || asked.url.includes('#'))
    throw new Refusal('MDT_AUTHORIZATION_URL', 'url', asked.url);
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(asked.url.slice(at))) {
    if (given.has(name)) throw new Refusal('MDT_AUTHORIZATION_REQUEST', name, 'stands twice');
    given.set(name, value);
  }
  const isRight =
    !given.has('request') &&
    !given.has('request_uri') &&
    given.get('response_type') === 'code' &&
    given.get('code_challenge_method') === 'S256' &&
    (given.get('code_challenge') ?? '') !== '' &&
    / openid /.test(` ${given.get('scope') ?? ''} `) &&
    / login /.test(` ${given.get('prompt') ?? ''} `);
  if (!isRight) throw new Refusal('MDT_AUTHORIZATION_REQUEST', 'url', 'not the request of an enrolment');
  if (given.get('nonce') !== nonceOf(asked)) throw new Refusal('MDT_ENROLLMENT_NONCE', 'nonce', 'of another enrolment');
}
