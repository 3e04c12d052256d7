/** Chapter 12.4: sessions of an IdP, and their end. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { codeIn, responseOf } from '../world/scenes/openid-logins.ts';
import type { LogoutSeen, OpenidSeen } from '../world/scenes/openid-seen.ts';
import { mediaType, served } from './http-view.ts';
import { claimsOf, goodJson, isSignedByJwks, loginsOf, stands, successOf } from './openid-view.ts';

const scenes = ['openid'] as const;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

export const openidSessions: Suite = {
  chapter: '12-openid-provider',
  checks: [
    check(
      'MDT-IDP-018',
      'session-state',
      'an authorization response says what session it is of',
      { quote: 'A successful authorization response MUST have `session_state`', scenes },
      ({ seen }) => {
        const { a, b, silent } = loginsOf(seen.openid);
        for (const login of [a, b, silent]) {
          const state = successOf(login, 'a login').get('session_state');
          holds(state !== null && state !== '' && !state.includes(' '), 'there is no session_state', {
            expected: 'characters without a space',
            got: state,
            field: 'session_state',
          });
        }
      },
    ),
    check(
      'MDT-IDP-018',
      'frame',
      'check_session_iframe is a page that any client may frame',
      { quote: '`check_session_iframe` MUST be a page that may be shown in a frame', scenes },
      ({ seen }) => {
        const answer = served(seen.openid.checkSession, 'check_session_iframe');
        equal(answer.status, 200, 'the status');
        equal(mediaType(answer), 'text/html', 'the media type', 'Content-Type');
        equal(answer.headers['x-frame-options'], undefined, 'X-Frame-Options', 'X-Frame-Options');
        const policy = String(answer.headers['content-security-policy'] ?? '');
        const ancestors = /frame-ancestors\s+([^;]*)/i.exec(policy)?.[1]?.trim() ?? '*';
        holds(/(^|\s)(\*|https?:)(\s|$)/.test(ancestors), 'the page may not be framed', {
          expected: 'no frame-ancestors',
          got: ancestors,
          field: 'Content-Security-Policy',
        });
      },
    ),
    check(
      'MDT-IDP-019',
      'gone',
      'after a logout nobody is logged in',
      { quote: 'an authorization request MUST NOT succeed without a login', scenes, negative: true },
      ({ seen }) => {
        const { silent: before } = loginsOf(seen.openid);
        successOf(before, 'the same before the logout');
        const { silent, plain } = logoutOf(seen.openid);
        holds(codeIn(silent) === undefined, 'a request with prompt=none succeeds', {
          expected: 'login_required',
          got: stands(silent),
        });
        equal(responseOf(silent)?.get('error'), 'login_required', 'the error', 'error');
        holds(plain.response === undefined && plain.went.asked, 'no password is asked for', {
          expected: 'a page that asks for a password',
          got: stands(plain),
        });
      },
    ),
    check(
      'MDT-IDP-020',
      'elsewhere',
      'a logout leads to no URI that is not registered',
      { quote: '`post_logout_redirect_uri` that the client has not registered', scenes, negative: true },
      ({ seen }) => {
        const { returned, left, state, elsewhere } = logoutOf(seen.openid);
        if (!returned) throw new Untestable(`it did not lead to the registered one either, but to ${left.went.url}`);
        equal(returned.parameters['state'], state, 'the state of the registered one', 'state');
        if (!elsewhere) throw new Untestable('there was no second login to leave from');
        const [came] = elsewhere.came;
        holds(came === undefined, 'it leads there', {
          expected: 'a page of the IdP',
          got: came?.target,
          field: 'post_logout_redirect_uri',
        });
      },
    ),
    check(
      'MDT-IDP-021',
      'back-channel',
      'a client is told of a logout by a token at its server',
      { quote: 'by a logout token there', scenes },
      ({ seen }) => {
        const { back, left } = logoutOf(seen.openid);
        holds(back !== undefined, 'nothing came to backchannel_logout_uri', { expected: 'a POST', got: left.went.url });
        equal(back?.method, 'POST', 'the method');
        const token = new URLSearchParams(back?.body).get('logout_token');
        holds(token !== null, 'there is no logout_token', { expected: 'a logout token', got: back?.body });
        const claims = claimsOf(token ?? '');
        const { iss, sub, aud, sid } = claimsOf(left.idToken);
        equal(claims['iss'], iss, 'iss', 'iss');
        equal([claims['aud']].flat(), [aud].flat(), 'aud', 'aud');
        holds(claims['sub'] === sub || (sid !== undefined && claims['sid'] === sid), 'it names another session', {
          expected: `sub ${String(sub)} or sid ${String(sid)}`,
          got: claims,
        });
        holds(LOGOUT_EVENT in Object(claims['events'] ?? {}), 'it is no logout token', {
          expected: LOGOUT_EVENT,
          got: claims['events'],
          field: 'events',
        });
        equal(claims['nonce'], undefined, 'the nonce, which it must not have', 'nonce');
        for (const name of ['iat', 'jti'])
          holds(claims[name] !== undefined, `it has no ${name}`, { expected: name, got: claims, field: name });
        isSignedByJwks(token ?? '', goodJson(seen.openid.jwks, 'the JWK Set'), 'RS256');
      },
    ),
    check(
      'MDT-IDP-021',
      'front-channel',
      'a client is told of a logout by a frame of its page',
      { quote: 'by a frame of it in the page that the person comes to', scenes },
      ({ seen }) => {
        const { b } = loginsOf(seen.openid);
        successOf(b, 'the login at the client');
        const { front, left } = logoutOf(seen.openid);
        holds(front !== undefined, 'nothing came to frontchannel_logout_uri', {
          expected: 'a frame of it',
          got: `${left.went.url}, frames: ${left.went.frames.join(' ')}`,
        });
        const { sid } = claimsOf(b.tokens?.idToken ?? '');
        const { iss, sid: told } = front?.parameters ?? {};
        equal(iss, seen.openid.configuration.public.issuer, 'iss', 'iss');
        equal(told, sid, 'sid', 'sid');
      },
    ),
  ],
};

function logoutOf(seen: OpenidSeen): LogoutSeen {
  loginsOf(seen);
  if (!seen.logout) throw new Untestable('nobody could leave: there was no login, or it was not ready again');
  return seen.logout;
}
