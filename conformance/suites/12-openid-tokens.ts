/** Chapter 12.2: what an IdP gives for a login, and what it refuses. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { codeIn, responseOf } from '../world/scenes/openid-logins.ts';
import type { LogIn } from '../world/scenes/openid-seen.ts';
import { isThere, served } from './http-view.ts';
import {
  claimsOf,
  goodJson,
  idTokenOf,
  isSignedByJwks,
  jsonOf,
  loginsOf,
  refusedWith,
  stands,
  successOf,
} from './openid-view.ts';

const scenes = ['openid'] as const;
const CHAPTER = '12-openid-provider';

export const openidTokens: Suite = {
  chapter: CHAPTER,
  checks: [
    check(
      'MDT-IDP-007',
      'signed',
      'ID Tokens are signed by a key that is shown, with RS256',
      { quote: 'MUST be signed by a key that is in the JWK Set when the token is issued, with `RS256`', scenes },
      ({ seen }) => {
        const { a, b } = loginsOf(seen.openid);
        const jwks = goodJson(seen.openid.jwks, 'the JWK Set');
        for (const login of [a, b]) isSignedByJwks(tokenHad(login), jwks, 'RS256');
      },
    ),
    check(
      'MDT-IDP-007',
      'relying-party',
      'a relying party takes the ID Token, by OpenID Connect Core 3.1.3.7',
      { quote: 'An ID Token MUST be signed by a key that is in the JWK Set', scenes },
      ({ seen }) => {
        const { a, b } = loginsOf(seen.openid);
        for (const login of [a, b]) {
          successOf(login, 'a login');
          holds(
            login.tokens !== undefined && login.tokens.complaint === undefined,
            'openid-client refuses the tokens',
            {
              expected: 'no complaint',
              got: login.tokens?.complaint,
            },
          );
        }
      },
    ),
    check(
      'MDT-IDP-008',
      'same-subject',
      'a person is the same at two clients',
      { quote: 'MUST be the same for every client', scenes },
      ({ seen }) => {
        const { a, b } = loginsOf(seen.openid);
        const { sub } = claimsOf(idTokenOf(a, 'the first client'));
        holds(typeof sub === 'string' && sub !== '', 'there is no sub', {
          expected: 'a subject',
          got: sub,
          field: 'sub',
        });
        equal(claimsOf(idTokenOf(b, 'the second client'))['sub'], sub, 'sub at the second client', 'sub');
      },
    ),
    ...Object.entries({
      wrongVerifier: ['wrong-verifier', 'a code is refused with another verifier'],
      noVerifier: ['no-verifier', 'a code is refused without a verifier'],
    } as const).map(([name, [slug, title]]) =>
      check(
        'MDT-IDP-009',
        slug,
        title,
        { quote: 'or for which none comes, with `invalid_grant`', scenes, negative: true },
        ({ seen }) => {
          const logins = loginsOf(seen.openid);
          isRightlyRedeemed(logins.first?.result);
          const attempt = logins[name as 'wrongVerifier' | 'noVerifier'];
          if (!attempt) throw new Untestable('there was no code to try it with');
          refusedWith(attempt.result, 'invalid_grant', title);
        },
      ),
    ),
    check(
      'MDT-IDP-010',
      'unchallenged',
      'a client without a secret gets no code without a challenge',
      { quote: 'without `code_challenge` by a client that has no secret and no key', scenes, negative: true },
      ({ seen }) => {
        const { b, unchallenged } = loginsOf(seen.openid);
        successOf(b, 'the same with a challenge');
        holds(codeIn(unchallenged) === undefined, 'it is answered with a code', {
          expected: 'an error',
          got: stands(unchallenged),
          field: 'code',
        });
      },
    ),
    check(
      'MDT-IDP-011',
      'once',
      'a code is taken once',
      { quote: 'MUST take a code once, and refuse it afterwards with `invalid_grant`', scenes, negative: true },
      ({ seen }) => {
        const { first, again } = loginsOf(seen.openid);
        isRightlyRedeemed(first?.result);
        refusedWith(again?.result, 'invalid_grant', 'a code that was taken');
      },
    ),
    check(
      'MDT-IDP-012',
      'elsewhere',
      'nobody is sent to a redirect URI that is not registered',
      { quote: 'that is not, character by character, one that the client has registered', scenes, negative: true },
      ({ seen }) => {
        const { a, elsewhere } = loginsOf(seen.openid);
        successOf(a, 'the same with the registered one');
        for (const login of elsewhere)
          holds(login.response === undefined, `it leads to ${login.request.redirectUri}`, {
            expected: 'a page of the IdP',
            got: stands(login),
            field: 'redirect_uri',
          });
      },
    ),
    check(
      'MDT-IDP-013',
      'nonce',
      'an ID Token has the nonce of its request',
      { quote: 'An ID Token MUST have the `nonce` of its authentication request', scenes },
      ({ seen }) => {
        const { a, b } = loginsOf(seen.openid);
        for (const login of [a, b])
          equal(claimsOf(tokenHad(login))['nonce'], login.request.nonce, 'the nonce', 'nonce');
      },
    ),
    check(
      'MDT-IDP-013',
      'iss',
      'an authorization response says whose it is',
      { quote: 'and an authorization response the `iss` of its IdP', scenes },
      ({ seen }) => {
        const logins = loginsOf(seen.openid);
        const { issuer } = seen.openid.configuration.public;
        for (const login of [logins.a, logins.b]) equal(successOf(login, 'a login').get('iss'), issuer, 'iss', 'iss');
        const refused = [logins.unchallenged].map(responseOf).filter((each) => each !== undefined);
        for (const response of refused) equal(response.get('iss'), issuer, 'iss of an error', 'iss');
      },
    ),
    check(
      'MDT-IDP-014',
      'userinfo',
      'UserInfo is of whom the ID Token is about',
      { quote: '`sub` of UserInfo MUST be that of the ID Token which the access token came with', scenes },
      ({ seen }) => {
        const { a, b, userInfo, userInfoOfB } = loginsOf(seen.openid);
        for (const [login, result] of [
          [a, userInfo],
          [b, userInfoOfB],
        ] as const) {
          const { sub } = claimsOf(tokenHad(login));
          equal(served(result, 'UserInfo').status, 200, 'the status of UserInfo');
          equal(jsonOf(result, 'UserInfo')['sub'], sub, 'sub of UserInfo', '/sub');
        }
      },
    ),
  ],
};

/** The ID Token of an answer, though openid-client may have refused it. */
function tokenHad(login: LogIn): string {
  return idTokenOf(login, 'a login');
}

/** A refusal says something only where the right exchange succeeds. */
function isRightlyRedeemed(result: Parameters<typeof isThere>[0]): void {
  if (!isThere(result)) throw new Untestable('the same is refused where it is right, so a refusal says nothing');
}
