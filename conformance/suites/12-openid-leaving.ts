/** Chapter 12.8: logouts and sessions, as OpenID's certification asks for them. */
import { type Check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { ModuleName, ModulesSeen } from '../world/openid/modules/index.ts';
import type { LeavingSeen } from '../world/openid/modules/logout.ts';
import { codeIn } from '../world/scenes/openid-logins.ts';
import { moduleCheck } from './openid-module.ts';
import { stands } from './openid-view.ts';

type LeavingModule = { [N in ModuleName]: ModulesSeen[N] extends LeavingSeen ? N : never }[ModuleName];

const NOWHERE = 'that the client has not registered';
const UNNAMED = 'MUST NOT lead to a `post_logout_redirect_uri`';
const ENDS = 'MUST be able to end their session at `end_session_endpoint` by a request that names no client';
const STATE = 'MUST be given the `state` of the request, and none where there was none';

export const openidLeaving: Suite = {
  chapter: '12-openid-provider',
  checks: [
    leaving('MDT-IDP-052', 'oidcc-rp-initiated-logout', 'a logout comes back with its state', STATE, (shown) => {
      equal(returnOf(shown).get('state'), shown.state, 'the state', 'state');
      hasEnded(shown);
    }),
    leaving(
      'MDT-IDP-052',
      'oidcc-rp-initiated-logout-no-state',
      'without a state it comes back without',
      STATE,
      (shown) => {
        equal(returnOf(shown).get('state'), null, 'the state', 'state');
        hasEnded(shown);
      },
    ),
    leaving(
      'MDT-IDP-051',
      'oidcc-rp-initiated-logout-no-params',
      'a request without parameters ends the session',
      ENDS,
      staysAndEnds,
    ),
    leaving(
      'MDT-IDP-051',
      'oidcc-rp-initiated-logout-only-state',
      'a request with a state alone ends the session',
      ENDS,
      staysAndEnds,
    ),
    leaving(
      'MDT-IDP-019',
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
      'a logout that leads nowhere ends the session',
      'an authorization request MUST NOT succeed without a login',
      staysAndEnds,
    ),
    leaving(
      'MDT-IDP-020',
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
      'a logout does not lead below a registered URI',
      NOWHERE,
      stays,
    ),
    leaving(
      'MDT-IDP-020',
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
      'a logout does not lead to a registered URI with a query added',
      NOWHERE,
      stays,
    ),
    leaving(
      'MDT-IDP-050',
      'oidcc-rp-initiated-logout-no-id-token-hint',
      'without an ID Token a logout leads to no client',
      UNNAMED,
      stays,
    ),
    leaving(
      'MDT-IDP-050',
      'oidcc-rp-initiated-logout-modified-id-token-hint',
      'with an ID Token under another signature a logout leads to no client',
      UNNAMED,
      stays,
    ),
    leaving(
      'MDT-IDP-050',
      'oidcc-rp-initiated-logout-bad-id-token-hint',
      'with what is no ID Token a logout leads to no client',
      UNNAMED,
      stays,
    ),
    moduleCheck(
      'MDT-IDP-053',
      'oidcc-session-management-rp-initiated-logout',
      {
        title: 'the frame says that a session goes on, and that it has ended',
        quote: 'MUST answer `unchanged` to the client of a `session_state` while its session goes on',
      },
      ({ before, nonsense, ofAnother, after }) => {
        equal(before, 'unchanged', 'the answer before the logout');
        equal(nonsense, 'error', 'the answer to what is no question');
        equal(ofAnother, 'changed', 'the answer to the session_state of another client');
        equal(after, 'changed', 'the answer after the logout');
      },
    ),
  ],
};

function leaving(
  requirement: string,
  name: LeavingModule,
  title: string,
  quote: string,
  judge: (shown: LeavingSeen) => void,
): Check {
  const negative = judge === stays;
  return moduleCheck(requirement, name, { title, quote, negative }, (shown, seen) => {
    const { 'oidcc-rp-initiated-logout': control } = seen;
    if (negative && control && control.returned === undefined)
      throw new Untestable('a right logout does not lead to the client either');
    judge(shown);
  });
}

function returnOf({ returned, went }: LeavingSeen): URLSearchParams {
  holds(returned !== undefined, 'it does not lead to the registered URI', {
    expected: 'a redirect to post_logout_redirect_uri',
    got: `${went.url} ${String(went.status)} ${went.text.slice(0, 200)}`,
  });
  return new URLSearchParams(returned?.parameters);
}

function stays({ returned, went }: LeavingSeen): void {
  holds(returned === undefined, 'it leads to a client', {
    expected: 'a page of the IdP',
    got: returned?.target ?? went.url,
    field: 'post_logout_redirect_uri',
  });
}

function hasEnded({ login, silent }: LeavingSeen): void {
  if (codeIn(login) === undefined) throw new Untestable(`nobody had logged in: ${stands(login)}`);
  holds(codeIn(silent) === undefined, 'the session goes on', {
    expected: 'no code without a login',
    got: silent.response,
  });
}

function staysAndEnds(shown: LeavingSeen): void {
  stays(shown);
  hasEnded(shown);
}
