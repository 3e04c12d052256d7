/** Chapter 12.2: what strangers do not get of an IdP. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { codeIn, responseOf } from '../world/scenes/openid-logins.ts';
import type { OpenidSeen, StrangersSeen } from '../world/scenes/openid-seen.ts';
import { isThere, served } from './http-view.ts';
import { claimsOf, goodJson, idTokenOf, loginsOf, refusedWith, stands, successOf, tokensOf } from './openid-view.ts';

const scenes = ['openid'] as const;
/** RFC 7518, 6: members that only whoever signs may know. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const LONGEST_SECONDS = 86_400;
const CODES = 'MUST refuse a code that another client shows, or that is shown with another `redirect_uri`';

export const openidStrangers: Suite = {
  chapter: '12-openid-provider',
  checks: [
    ...(
      [
        ['ofAnother', 'another-client', 'a code is refused to another client'],
        ['otherUri', 'another-uri', 'a code is refused with another redirect URI'],
      ] as const
    ).map(([name, slug, title]) =>
      check('MDT-IDP-054', slug, title, { quote: CODES, scenes, negative: true }, ({ seen }) => {
        isRightlyRedeemed(seen.openid);
        refusedWith(strangersOf(seen.openid)[name], 'invalid_grant', title);
      }),
    ),
    ...(
      [
        ['noSecret', 'no-secret', 'a client with a secret is refused without it'],
        ['wrongSecret', 'wrong-secret', 'a client is refused with a wrong secret'],
      ] as const
    ).map(([name, slug, title]) =>
      check(
        'MDT-IDP-041',
        slug,
        title,
        { quote: 'and refuse a wrong secret or key with `invalid_client`', scenes, negative: true },
        ({ seen }) => {
          isRightlyRedeemed(seen.openid);
          refusedWith(strangersOf(seen.openid)[name], 'invalid_client', title);
        },
      ),
    ),
    check(
      'MDT-IDP-012',
      'of-another-client',
      'nobody is sent to a redirect URI of another client',
      { quote: 'one that the client has registered', scenes, negative: true },
      ({ seen }) => {
        successOf(loginsOf(seen.openid).a, 'the same with its own');
        const { uriOfAnother } = strangersOf(seen.openid);
        holds(uriOfAnother.response === undefined, 'it leads there', {
          expected: 'a page of the IdP',
          got: uriOfAnother.response,
          field: 'redirect_uri',
        });
      },
    ),
    check(
      'MDT-IDP-055',
      'public',
      'the JWK Set shows no private key',
      { quote: 'MUST hold public keys alone, each with a `kid` of its own', scenes, negative: true },
      ({ seen }) => {
        const { keys } = goodJson(seen.openid.jwks, 'the JWK Set');
        const all = (Array.isArray(keys) ? keys : []) as Record<string, unknown>[];
        holds(all.length > 0, 'there is no key', { expected: 'keys', got: keys, field: '/keys' });
        for (const [index, key] of all.entries())
          equal(
            PRIVATE.find((name) => key[name] !== undefined),
            undefined,
            'a private member',
            `/keys/${String(index)}`,
          );
        const kids = new Set(all.map(({ kid }) => kid));
        equal(
          [kids.size, kids.has(undefined)],
          [all.length, false],
          'the number of kids, and whether one has none',
          '/keys',
        );
      },
    ),
    check(
      'MDT-IDP-056',
      'no-store',
      'no cache keeps a token',
      { quote: 'MUST have `no-store` in `Cache-Control`', scenes },
      ({ seen }) => {
        const { a, first } = loginsOf(seen.openid);
        for (const result of [a.tokens?.result, first?.result]) {
          if (!isThere(result)) throw new Untestable('there was no token');
          const caching = served(result, 'an answer with a token').headers['cache-control'] ?? '';
          holds(/(^|[\s,])no-store($|[\s,])/i.test(caching), 'a cache may keep it', {
            expected: 'no-store',
            got: caching,
            field: 'Cache-Control',
          });
        }
      },
    ),
    check(
      'MDT-IDP-057',
      'unauthorized',
      'UserInfo is for who has an access token',
      { quote: 'or with one that it has not issued, with status 401', scenes, negative: true },
      ({ seen }) => {
        if (!isThere(loginsOf(seen.openid).userInfo)) throw new Untestable('a right token is refused, too');
        const { junk, nobody } = strangersOf(seen.openid);
        equal(served(nobody, 'UserInfo without a token').status, 401, 'the status without a token');
        equal(served(junk, 'UserInfo with a token of nobody').status, 401, 'the status with a token of nobody');
      },
    ),
    check(
      'MDT-IDP-058',
      'a-day',
      'an ID Token holds for a day at most',
      { quote: 'MUST be later than its `iat`, by at most 86,400 s', scenes },
      ({ seen }) => {
        const tokens = Object.values(tokensOf(seen.openid));
        if (tokens.length === 0) throw new Untestable('there was no ID Token');
        for (const token of tokens) {
          const { exp, iat } = claimsOf(token) as { exp?: number; iat?: number };
          const holdsFor = Number(exp) - Number(iat);
          holds(holdsFor > 0 && holdsFor <= LONGEST_SECONDS, 'it holds for another time', {
            expected: `1 to ${String(LONGEST_SECONDS)} s`,
            got: { exp, iat },
            field: 'exp',
          });
        }
      },
    ),
    check(
      'MDT-IDP-059',
      'state',
      'every authorization response has its state',
      { quote: 'with a code or with an error, MUST have the `state` of its request', scenes },
      ({ seen }) => {
        const { a, b, silent, unchallenged } = loginsOf(seen.openid);
        for (const login of [a, b, silent]) successOf(login, 'a login');
        for (const login of [a, b, silent, unchallenged, strangersOf(seen.openid).plain]) {
          const response = responseOf(login);
          if (response) equal(response.get('state'), login.request.state, 'the state', 'state');
        }
      },
    ),
    check(
      'MDT-IDP-060',
      'wrong-password',
      'a wrong password gives no code',
      { quote: 'whoever has not shown the password, or what stands for it, of the account', scenes, negative: true },
      ({ seen }) => {
        successOf(loginsOf(seen.openid).a, 'a login with the right one');
        const { wrongPassword } = strangersOf(seen.openid);
        if (!wrongPassword) throw new Untestable('nobody tried a wrong password');
        holds(codeIn(wrongPassword) === undefined, 'it gives a code', { expected: 'none', got: stands(wrongPassword) });
        holds(wrongPassword.went.asked, 'no password was asked for', {
          expected: 'a page that asks for a password',
          got: stands(wrongPassword),
        });
      },
    ),
    check(
      'MDT-IDP-061',
      'two-persons',
      'two persons have two subjects',
      { quote: '`sub` of two persons MUST differ', scenes },
      ({ seen }) => {
        const { sub } = claimsOf(idTokenOf(loginsOf(seen.openid).a, 'the first person'));
        const { second } = strangersOf(seen.openid);
        if (!second) throw new Untestable('there was no second person');
        const { sub: other } = claimsOf(idTokenOf(second, 'the second person'));
        holds(typeof other === 'string' && other !== sub, 'they are one', {
          expected: 'another sub',
          got: other,
          field: 'sub',
        });
      },
    ),
    check(
      'MDT-IDP-062',
      'asked',
      'a client gets no code before the person was asked',
      { quote: 'MUST ask a person before a client gets a code for the first time', scenes },
      ({ seen }) => {
        const { b } = loginsOf(seen.openid);
        successOf(b, 'the first login at the second client');
        holds(b.went.pages > 0, 'nobody was asked', { expected: 'a page', got: stands(b) });
      },
    ),
    check(
      'MDT-IDP-063',
      'plain',
      'a challenge in the clear is refused',
      { quote: 'MUST refuse the `code_challenge_method` `plain`', scenes, negative: true },
      ({ seen }) => {
        successOf(loginsOf(seen.openid).b, 'the same with S256');
        const { plain } = strangersOf(seen.openid);
        holds(codeIn(plain) === undefined, 'it is answered with a code', {
          expected: 'an error',
          got: stands(plain),
          field: 'code_challenge_method',
        });
      },
    ),
  ],
};

function strangersOf(seen: OpenidSeen): StrangersSeen {
  loginsOf(seen);
  if (!seen.strangers) throw new Untestable('it did not come to strangers');
  return seen.strangers;
}

/** A refusal says something only where the right exchange succeeds. */
function isRightlyRedeemed(seen: OpenidSeen): void {
  const { first } = loginsOf(seen);
  if (!isThere(first?.result)) throw new Untestable('the same is refused where it is right, so a refusal says nothing');
}
