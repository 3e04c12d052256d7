/** Modules about the token endpoint, UserInfo and keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ClientSecretPost } from 'openid-client';
import type { ControlAnswer } from '../../../../reference/gen/schemas.ts';
import type { HttpResult } from '../../http-client.ts';
import type { LogIn } from '../../scenes/openid-seen.ts';
import { codeIn } from '../../scenes/openid-logins.ts';
import type { RelyingParty, TokenAnswer } from '../relying-party.ts';
import { ThingKey } from '../thing.ts';
import {
  accessTokenOf,
  ask,
  fetched,
  logIn,
  needed,
  register,
  registered,
  type Desk,
  type Play,
  type Plays,
} from './desk.ts';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent', max_age: '10000' };
/** An IdP need not look for a client's keys again for so long after a look (MDT-IDP-042). */
const LOOKS_AGAIN_MS = 10_000;
const BETWEEN_ATTEMPTS_MS = 1_000;
const REFRESHES = { grant_types: ['authorization_code', 'refresh_token'] };

export interface UserInfoSeen {
  readonly login: LogIn;
  readonly userInfo: HttpResult;
}

/** UserInfo for a login with a scope. */
function ofScope(scope: string): Play<UserInfoSeen> {
  return async (desk) => {
    const login = await logIn(desk, { scope });
    return { login, userInfo: await desk.client.userInfo(accessTokenOf(login)) };
  };
}

function userInfoBy(how: 'GET' | 'POST' | 'body'): Play<UserInfoSeen> {
  return async ({ client, first }) => ({ login: first, userInfo: await client.userInfo(accessTokenOf(first), how) });
}

export interface AuthenticationSeen {
  /** What came of the right secret or key, and of a wrong one. */
  readonly right: HttpResult;
  readonly wrong: HttpResult;
}

export interface TokensSeen
  extends
    Record<`oidcc-userinfo-${'get' | 'post-header' | 'post-body'}`, UserInfoSeen>,
    Record<`oidcc-scope-${'profile' | 'email' | 'address' | 'phone' | 'all'}`, UserInfoSeen>,
    Record<
      'oidcc-server-client-secret-post' | 'oidcc-ensure-client-assertion-with-iss-aud-succeeds',
      AuthenticationSeen
    > {
  'oidcc-userinfo-rs256': UserInfoSeen & { readonly jwks: HttpResult };
  /** Of a client that has registered `none`; nothing where it was not registered. */
  'oidcc-idtoken-unsigned': { readonly login?: LogIn; readonly jwks: HttpResult };
  'oidcc-registration-jwks-uri': { readonly right: HttpResult };
  /** Exchanges by the key that was there first, and by the one that took its place. */
  'oidcc-refresh-token-rp-key-rotation': { readonly before: HttpResult; readonly after: HttpResult };
  /** Nothing but the login where it gave no refresh token. Another client shows one that its own has not used yet. */
  'oidcc-refresh-token': { readonly login: LogIn; readonly refreshed?: TokenAnswer; readonly byAnother?: HttpResult };
  /** UserInfo before and after a code was shown again. */
  'oidcc-codereuse-30seconds': { readonly before: HttpResult; readonly again: HttpResult; readonly after: HttpResult };
  /** The JWK Set before and after. */
  'oidcc-server-rotate-keys': {
    readonly before: HttpResult;
    readonly answer: ControlAnswer | undefined;
    readonly after: HttpResult;
    readonly login: LogIn;
  };
}

export const TOKENS: Plays<TokensSeen> = {
  'oidcc-userinfo-get': userInfoBy('GET'),
  'oidcc-userinfo-post-header': userInfoBy('POST'),
  'oidcc-userinfo-post-body': userInfoBy('body'),
  'oidcc-scope-profile': ofScope('openid profile'),
  'oidcc-scope-email': ofScope('openid email'),
  'oidcc-scope-address': ofScope('openid address'),
  'oidcc-scope-phone': ofScope('openid phone'),
  'oidcc-scope-all': ofScope('openid profile email address phone'),
  'oidcc-idtoken-unsigned': async (desk) => {
    const { party } = await register(desk, 'unsigned', { id_token_signed_response_alg: 'none' });
    const jwks = await fetched(desk, 'jwks_uri');
    return party ? { jwks, login: await logIn(desk, {}, { party }) } : { jwks };
  },
  'oidcc-userinfo-rs256': async (desk) => {
    const party = await registered(desk, 'signed-userinfo', { userinfo_signed_response_alg: 'RS256' });
    const login = await logIn(desk, {}, { party });
    return { login, userInfo: await party.userInfo(accessTokenOf(login)), jwks: await fetched(desk, 'jwks_uri') };
  },
  'oidcc-server-client-secret-post': async (desk) => {
    const method = { token_endpoint_auth_method: 'client_secret_post' };
    const party = await registered(desk, 'secret-in-body', method, ClientSecretPost());
    const secret = needed(party.secret, 'client_secret');
    const redeem = async (client_secret: string): Promise<HttpResult> =>
      redeemed(desk, party, { client_id: party.id, client_secret });
    return { wrong: await redeem(`${secret.slice(0, -4)}0000`), right: await redeem(secret) };
  },
  'oidcc-ensure-client-assertion-with-iss-aud-succeeds': async (desk) => {
    const key = new ThingKey();
    const party = await registered(desk, 'assertion', { ...ASSERTING, jwks: { keys: [key.jwk] } });
    return {
      wrong: await redeemed(desk, party, assertion(desk, party, new ThingKey())),
      right: await redeemed(desk, party, assertion(desk, party, key)),
    };
  },
  'oidcc-registration-jwks-uri': async (desk) => {
    const key = new ThingKey();
    const jwks_uri = serveKeys(desk, '/keys.json', key);
    const party = await registered(desk, 'keys-elsewhere', { ...ASSERTING, jwks_uri });
    return { right: await redeemed(desk, party, assertion(desk, party, key)) };
  },
  'oidcc-refresh-token-rp-key-rotation': async (desk) => {
    const [key, next] = [new ThingKey('before'), new ThingKey('after')];
    const jwks_uri = serveKeys(desk, '/keys-that-change.json', key);
    const party = await registered(desk, 'keys-that-change', { ...ASSERTING, jwks_uri });
    const before = await redeemed(desk, party, assertion(desk, party, key));
    serveKeys(desk, '/keys-that-change.json', next);
    const asks = (): Promise<HttpResult> => redeemed(desk, party, assertion(desk, party, next));
    return {
      before,
      after: await until(LOOKS_AGAIN_MS, asks, (result) => !('failed' in result) && result.status === 200),
    };
  },
  'oidcc-refresh-token': async (desk) => {
    const [party, other] = [
      await registered(desk, 'refreshing', REFRESHES),
      await registered(desk, 'of-another', REFRESHES),
    ];
    const login = await logIn(desk, OFFLINE, { party });
    const { refreshToken } = login.tokens ?? {};
    if (refreshToken === undefined) return { login };
    const refreshed = await party.refresh(refreshToken);
    // One of another login: what was used may be spent, and what a stranger showed may be revoked.
    const { refreshToken: unused } = (await logIn(desk, OFFLINE, { party })).tokens ?? {};
    return { login, refreshed, ...(unused !== undefined && { byAnother: (await other.refresh(unused)).result }) };
  },
  'oidcc-codereuse-30seconds': async (desk) => {
    const { client } = desk;
    const login = await logIn(desk);
    const token = accessTokenOf(login);
    const before = await client.userInfo(token);
    const code = needed(codeIn(login), 'code');
    const again = await client.redeem(code, login.request.redirectUri, login.request.verifier);
    return { before, again, after: await client.userInfo(token) };
  },
  'oidcc-server-rotate-keys': async (desk) => {
    const before = await fetched(desk, 'jwks_uri');
    const answer = await desk.life.control({ control: 'rotate_keys' });
    const after = await fetched(desk, 'jwks_uri');
    return { before, answer, after, login: await logIn(desk) };
  },
};

const ASSERTING = { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' };

/** Tries until it comes to something, for so long and once more. */
async function until<T>(forMs: number, attempt: () => Promise<T>, isRight: (got: T) => boolean): Promise<T> {
  const end = performance.now() + forMs;
  for (;;) {
    const isLast = performance.now() >= end;
    const got = await attempt();
    if (isLast || isRight(got)) return got;
    await sleep(BETWEEN_ATTEMPTS_MS);
  }
}

/** RFC 7523, 2.2, with the issuer as its audience. */
function assertion({ subject }: Desk, { id }: RelyingParty, key: ThingKey): Record<string, string> {
  const client_assertion = key.subjectToken(id, subject.configuration.public.issuer, {});
  return { client_id: id, client_assertion_type: ASSERTION, client_assertion };
}

/** Exchanges a code that was got for it, by what shows who the client is. */
async function redeemed(desk: Desk, party: RelyingParty, shows: Readonly<Record<string, string>>): Promise<HttpResult> {
  const login = await ask(desk, {}, { party });
  const code = needed(codeIn(login), 'code');
  const { redirectUri, verifier } = login.request;
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return party.token({ ...form, ...shows });
}

function serveKeys({ callbacks }: Desk, path: string, { jwk }: ThingKey): string {
  return callbacks.serve(path, 'application/jwk-set+json', JSON.stringify({ keys: [jwk] }));
}
