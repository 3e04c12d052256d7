/** Chapter 12.8: tokens, UserInfo, keys and clients, as OpenID's certification asks for them. */
import { type Check, type Suite } from '../kit/check.ts';
import { equal, holds, NotObservable, Untestable } from '../kit/expect.ts';
import type { HttpResult } from '../world/http-client.ts';
import { codeIn } from '../world/scenes/openid-logins.ts';
import { mediaType, served } from './http-view.ts';
import { isRefusedByPage, moduleCheck, succeeds } from './openid-module.ts';
import {
  claimsOf,
  goodJson,
  headerOf,
  idTokenOf,
  isSignedByJwks,
  jsonOf,
  refusedWith,
  stands,
  successOf,
} from './openid-view.ts';

const AUTHENTICATION = 'MUST take `client_secret_basic`, `client_secret_post` and `private_key_jwt`';
const LINKS = 'SHOULD link to its `policy_uri` and `tos_uri`';

/** Claims of each scope (OpenID Connect Core 5.4). */
const CLAIMS_OF: Readonly<Record<string, readonly string[]>> = {
  profile: [
    ...['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture'],
    ...['website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'],
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

export const openidRelying: Suite = {
  chapter: '12-openid-provider',
  checks: [
    userInfo('MDT-IDP-037', 'oidcc-userinfo-get', 'by GET', 'in `Authorization`, by GET and by POST'),
    userInfo('MDT-IDP-037', 'oidcc-userinfo-post-header', 'by POST', 'in `Authorization`, by GET and by POST'),
    userInfo('MDT-IDP-038', 'oidcc-userinfo-post-body', 'in the body of a POST', 'in the body of a POST'),
    scope('oidcc-scope-profile', ['profile']),
    scope('oidcc-scope-email', ['email']),
    scope('oidcc-scope-address', ['address']),
    scope('oidcc-scope-phone', ['phone']),
    scope('oidcc-scope-all', ['profile', 'email', 'address', 'phone']),
    moduleCheck(
      'MDT-IDP-007',
      'oidcc-idtoken-unsigned',
      {
        title: 'no client has its ID Tokens unsigned',
        quote: 'MUST be signed by a key that is in the JWK Set when the token is issued',
        negative: true,
      },
      ({ login, jwks }) => {
        const { idToken } = login?.tokens ?? {};
        if (idToken !== undefined) isSignedByJwks(idToken, goodJson(jwks, 'the JWK Set'), 'RS256');
      },
    ),
    moduleCheck(
      'MDT-IDP-040',
      'oidcc-userinfo-rs256',
      {
        title: 'UserInfo is signed where a client asks for it',
        quote: 'MUST be a JWT that a key of the JWK Set has signed',
      },
      ({ login, userInfo: result, jwks }) => {
        const { sub } = succeeds(login);
        const answer = served(result, 'UserInfo');
        equal(answer.status, 200, 'the status');
        equal(mediaType(answer), 'application/jwt', 'the media type', 'Content-Type');
        const token = answer.body.toString('ascii');
        equal(claimsOf(token)['sub'], sub, 'sub', 'sub');
        isSignedByJwks(token, goodJson(jwks, 'the JWK Set'), 'RS256');
      },
    ),
    authentication('oidcc-server-client-secret-post', 'a client may show its secret in the body'),
    authentication('oidcc-ensure-client-assertion-with-iss-aud-succeeds', 'a client may show its key, to the issuer'),
    moduleCheck(
      'MDT-IDP-041',
      'oidcc-registration-jwks-uri',
      { title: 'a client may have its key at its jwks_uri', quote: AUTHENTICATION },
      ({ right }) => hasTokens(right, 'an exchange by a key at jwks_uri'),
    ),
    moduleCheck(
      'MDT-IDP-042',
      'oidcc-refresh-token-rp-key-rotation',
      {
        title: 'a client may change its key at its jwks_uri',
        quote: 'the IdP MUST look there again before it refuses',
      },
      ({ before, after }) => {
        if (served(before, 'an exchange before').status !== 200)
          throw new Untestable('the key is not taken before it changes either (MDT-IDP-041)');
        hasTokens(after, 'an exchange by the new key');
      },
    ),
    moduleCheck(
      'MDT-IDP-043',
      'oidcc-refresh-token',
      {
        title: 'a refresh token is refused to another client',
        quote: 'MUST be refused to every client but its own, with `invalid_grant`',
        negative: true,
      },
      ({ login, byAnother, refreshed }) => {
        succeeds(login);
        if (!refreshed) throw new NotObservable('it gives no refresh token');
        hasTokens(refreshed.result, 'a refresh token of its own client');
        if (!byAnother) throw new Untestable('a second login gives no refresh token');
        refusedWith(byAnother, 'invalid_grant', 'a refresh token of another client');
      },
    ),
    moduleCheck(
      'MDT-IDP-044',
      'oidcc-refresh-token',
      {
        title: 'an ID Token of a refresh is about the same login',
        quote: 'MUST have the `iss`, `sub`, `aud` and, where the first had it, `auth_time` of the first',
      },
      ({ login, refreshed }) => {
        const first = succeeds(login);
        if (!refreshed) throw new NotObservable('it gives no refresh token');
        equal(refreshed.complaint, undefined, 'what openid-client complains of');
        if (refreshed.idToken === undefined) throw new NotObservable('it gives no ID Token for a refresh token');
        const again = claimsOf(refreshed.idToken);
        for (const name of ['iss', 'sub', 'aud', 'auth_time'])
          if (first[name] !== undefined) equal([again[name]].flat(), [first[name]].flat(), name, name);
      },
    ),
    moduleCheck(
      'MDT-IDP-045',
      'oidcc-codereuse-30seconds',
      {
        title: 'an access token is of no use after its code was shown again',
        quote: 'SHOULD be of no use after the code was shown again',
        negative: true,
      },
      ({ before, again, after }) => {
        if (served(before, 'UserInfo before').status !== 200)
          throw new Untestable('the access token was of no use before either');
        refusedWith(again, 'invalid_grant', 'a code that was taken');
        equal(served(after, 'UserInfo after').status, 401, 'the status of UserInfo');
      },
    ),
    moduleCheck(
      'MDT-IDP-046',
      'oidcc-server-rotate-keys',
      {
        title: 'after its keys were changed there is a new one, and the earlier ones',
        quote: 'MUST have a new key that signs, and the earlier ones',
        feature: 'rotate_keys',
      },
      ({ before, answer, after, login }) => {
        equal(answer?.ok, true, 'the answer to rotate_keys');
        const [old, now] = [goodJson(before, 'the JWK Set'), jsonOf(after, 'the JWK Set after')];
        const [kidsBefore, kidsAfter] = [kidsOf(old), kidsOf(now)];
        const gone = kidsBefore.filter((kid) => !kidsAfter.includes(kid));
        equal(gone, [], 'the keys that are gone', '/keys');
        const { idToken } = login.tokens ?? {};
        holds(idToken !== undefined, 'no ID Token is given afterwards', {
          expected: 'an ID Token',
          got: login.tokens?.complaint,
        });
        isSignedByJwks(idToken ?? '', now, 'RS256');
        const { kid } = headerOf(idToken ?? '');
        holds(!kidsBefore.includes(String(kid)), 'an earlier key signs on', {
          expected: 'a key that was not there before',
          got: kid,
          field: 'kid',
        });
      },
    ),
    moduleCheck(
      'MDT-IDP-047',
      'oidcc-redirect-uri-regfrag',
      {
        title: 'a redirect URI with a fragment is not registered',
        quote: 'MUST refuse to register a `redirect_uri` with a fragment, with `invalid_redirect_uri`',
        negative: true,
      },
      ({ result }) => refusedWith(result, 'invalid_redirect_uri', 'a redirect URI with a fragment'),
    ),
    moduleCheck(
      'MDT-IDP-048',
      'oidcc-redirect-uri-query-OK',
      {
        title: 'the query of a redirect URI is kept',
        quote: 'MUST keep the query of the `redirect_uri` that it goes to',
      },
      (login) => {
        holds(codeIn(login) !== undefined, 'the login leads to no code', { expected: 'a code', got: stands(login) });
        equal(successOf(login, 'the login').get('foo'), 'bar', 'what the redirect URI had in its query', 'foo');
      },
    ),
    moduleCheck(
      'MDT-IDP-012',
      'oidcc-redirect-uri-query-mismatch',
      {
        title: 'nobody is sent to a redirect URI with another query',
        quote: 'that is not, character by character, one that the client has registered',
        negative: true,
      },
      (login, { 'oidcc-redirect-uri-query-OK': control }) => {
        if (!control || codeIn(control) === undefined)
          throw new Untestable('the registered one is not followed either');
        isRefusedByPage(login, 'a redirect URI with another query');
      },
    ),
    moduleCheck(
      'MDT-IDP-012',
      'oidcc-redirect-uri-query-added',
      {
        title: 'nobody is sent to a redirect URI with a query added',
        quote: 'that is not, character by character, one that the client has registered',
        negative: true,
      },
      (login) => isRefusedByPage(login, 'a redirect URI with a query added'),
    ),
    linked('oidcc-registration-policy-uri', 'policy_uri'),
    linked('oidcc-registration-tos-uri', 'tos_uri'),
  ],
};

function userInfo(
  requirement: string,
  name: 'oidcc-userinfo-get' | 'oidcc-userinfo-post-header' | 'oidcc-userinfo-post-body',
  how: string,
  quote: string,
): Check {
  return moduleCheck(requirement, name, { title: `UserInfo takes an access token ${how}`, quote }, (shown) => {
    const { login, userInfo: result } = shown;
    equal(served(result, 'UserInfo').status, 200, 'the status');
    equal(jsonOf(result, 'UserInfo')['sub'], claimsOf(idTokenOf(login, 'the login'))['sub'], 'sub', '/sub');
  });
}

function scope(
  name: `oidcc-scope-${'profile' | 'email' | 'address' | 'phone' | 'all'}`,
  granted: readonly string[],
): Check {
  const others = Object.keys(CLAIMS_OF).filter((each) => !granted.includes(each));
  const title = `with the scope ${granted.join(', ')} UserInfo has no other claims`;
  const quote = 'MUST NOT have a claim of a scope of OpenID Connect Core 5.4 that was not asked for';
  return moduleCheck('MDT-IDP-039', name, { title, quote, negative: others.length > 0 }, (shown) => {
    const { login, userInfo: result } = shown;
    const { sub } = succeeds(login);
    const said = jsonOf(result, 'UserInfo');
    equal(said['sub'], sub, 'sub', '/sub');
    const stranger = others.flatMap((each) => CLAIMS_OF[each] ?? []).find((claim) => said[claim] !== undefined);
    holds(stranger === undefined, 'UserInfo has a claim that was not asked for', {
      expected: `claims of ${granted.join(', ')}`,
      got: said[stranger ?? ''],
      field: `/${String(stranger)}`,
    });
  });
}

function authentication(
  name: 'oidcc-server-client-secret-post' | 'oidcc-ensure-client-assertion-with-iss-aud-succeeds',
  title: string,
): Check {
  return moduleCheck('MDT-IDP-041', name, { title, quote: AUTHENTICATION }, (shown) => {
    const { right, wrong } = shown;
    hasTokens(right, 'an exchange by what is right');
    refusedWith(wrong, 'invalid_client', 'an exchange by what is wrong');
  });
}

function linked(name: 'oidcc-registration-policy-uri' | 'oidcc-registration-tos-uri', member: string): Check {
  return moduleCheck(
    'MDT-IDP-049',
    name,
    { title: `the page of consent links to the ${member}`, quote: LINKS },
    (shown) => {
      const { uri, login } = shown;
      if (codeIn(login) === undefined) throw new Untestable(`it did not come to a consent, but to ${stands(login)}`);
      holds(login.went.links.includes(uri), `no page links to the ${member}`, {
        expected: uri,
        got: login.went.links,
        field: member,
      });
    },
  );
}

function hasTokens(result: HttpResult | undefined, what: string): void {
  equal(served(result, what).status, 200, `the status of ${what}`);
  const { id_token: idToken } = jsonOf(result, what);
  holds(typeof idToken === 'string', `${what} gives no ID Token`, {
    expected: 'an ID Token',
    got: idToken,
    field: '/id_token',
  });
}

function kidsOf({ keys }: Record<string, unknown>): string[] {
  return (Array.isArray(keys) ? (keys as { kid?: unknown }[]) : []).map(({ kid }) => String(kid));
}
