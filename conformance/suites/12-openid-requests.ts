/** Chapter 12.8: authorization requests, as OpenID's certification asks them. */
import { type Check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import type { ModuleName, ModulesSeen } from '../world/openid/modules/index.ts';
import type { ObjectSeen } from '../world/openid/modules/requests.ts';
import { responseOf } from '../world/scenes/openid-logins.ts';
import type { LogIn } from '../world/scenes/openid-seen.ts';
import { isAnswered, isRefusedByPage, moduleCheck, succeeds, timeOf } from './openid-module.ts';
import { claimsOf, jsonOf, stands } from './openid-view.ts';

const HARMLESS = 'MUST NOT fail for the order of its parameters';
const OBJECTS = 'MUST follow what is in `request` and `request_uri`, or refuse them';

/** Modules that show a login and nothing else. */
type LoginModule = { [N in ModuleName]: ModulesSeen[N] extends LogIn ? N : never }[ModuleName];
type ObjectModule = { [N in ModuleName]: ModulesSeen[N] extends ObjectSeen ? N : never }[ModuleName];

const HARMLESS_ONES: readonly (readonly [LoginModule, string])[] = [
  ['oidcc-alternate-happy-flow', 'parameters and scopes may come in another order'],
  ['oidcc-ensure-request-with-unknown-parameter-succeeds', 'a parameter that nobody knows does no harm'],
  ['oidcc-ensure-request-with-acr-values-succeeds', 'acr_values do no harm'],
  ['oidcc-display-page', 'display=page does no harm'],
  ['oidcc-display-popup', 'display=popup does no harm'],
  ['oidcc-ui-locales', 'ui_locales do no harm'],
  ['oidcc-claims-locales', 'claims_locales do no harm'],
  ['oidcc-login-hint', 'a login_hint does no harm'],
  ['oidcc-id-token-hint', 'an id_token_hint of whoever is logged in does no harm'],
];

export const openidRequests: Suite = {
  chapter: '12-openid-provider',
  checks: [
    moduleCheck(
      'MDT-IDP-030',
      'oidcc-ensure-post-request-succeeds',
      { title: 'a request may come by POST', quote: 'MUST take an authorization request by POST as it does by GET' },
      (login) => void succeeds(login),
    ),
    moduleCheck(
      'MDT-IDP-031',
      'oidcc-response-type-missing',
      {
        title: 'a request without response_type is refused',
        quote: 'MUST refuse an authorization request without `response_type`',
        negative: true,
      },
      (login, seen) => {
        succeeds(controlOf(seen), 'the same with it');
        if (login.response === undefined) isRefusedByPage(login, 'a request without response_type');
        else isAnswered(login, ['invalid_request', 'unsupported_response_type']);
      },
    ),
    moduleCheck(
      'MDT-IDP-031',
      'oidcc-ensure-redirect-uri-in-authorization-request',
      { title: 'a request without redirect_uri is refused', quote: 'and one without `redirect_uri`', negative: true },
      (login, seen) => {
        succeeds(controlOf(seen), 'the same with it');
        isRefusedByPage(login, 'a request without redirect_uri');
      },
    ),
    ...HARMLESS_ONES.map(([name, title]) => harmless(name, title)),
    moduleCheck(
      'MDT-IDP-032',
      'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
      { title: 'a request needs no nonce', quote: HARMLESS },
      (login) => equal(succeeds(login)['nonce'], undefined, 'the nonce, which was not asked for', 'nonce'),
    ),
    moduleCheck(
      'MDT-IDP-032',
      'oidcc-claims-essential',
      { title: 'claims that are asked for one by one do no harm', quote: HARMLESS },
      ({ login, userInfo }) => {
        const { sub } = succeeds(login);
        equal(jsonOf(userInfo, 'UserInfo')['sub'], sub, 'sub of UserInfo', '/sub');
      },
    ),
    moduleCheck(
      'MDT-IDP-033',
      'oidcc-prompt-login',
      { title: 'prompt=login asks for a login again', quote: 'MUST ask for a login though somebody is logged in' },
      ({ before: silent, login }) => {
        const before = timeOf(succeeds(silent, 'a request without prompt'), 'auth_time');
        if (silent.went.asked) throw new Untestable('a login is asked for without it, too');
        asksAgain(login, before, 'a request with prompt=login');
      },
    ),
    moduleCheck(
      'MDT-IDP-034',
      'oidcc-prompt-none-logged-in',
      { title: 'prompt=none gives whoever is logged in a code, without a page', quote: 'MUST show no page' },
      (login) => {
        succeeds(login, 'a request with prompt=none');
        equal(login.went.asked, false, 'whether a password was asked for');
      },
    ),
    moduleCheck(
      'MDT-IDP-034',
      'oidcc-prompt-none-not-logged-in',
      {
        title: 'prompt=none is answered login_required where nobody is logged in',
        quote: 'and answer `login_required` where nobody is logged in',
        negative: true,
      },
      (login, seen) => {
        const { 'oidcc-prompt-none-logged-in': control } = seen;
        if (control) succeeds(control, 'the same of somebody who is');
        isAnswered(login, ['login_required']);
      },
    ),
    moduleCheck(
      'MDT-IDP-035',
      'oidcc-max-age-1',
      {
        title: 'a login older than max_age is asked for again',
        quote: 'MUST ask for a login where the last one is longer ago',
      },
      ({ before, login }) => {
        const time = timeOf(succeeds(before, 'a request with max_age=10000'), 'auth_time');
        asksAgain(login, time, 'a request with max_age=1');
      },
    ),
    moduleCheck(
      'MDT-IDP-035',
      'oidcc-max-age-10000',
      { title: 'with max_age the ID Token says when the login was', quote: 'and say in `auth_time` of the ID Token' },
      ({ before, login }) => {
        const time = timeOf(succeeds(before, 'a request with max_age=10000'), 'auth_time');
        equal(timeOf(succeeds(login, 'the next'), 'auth_time'), time, 'auth_time of the next', 'auth_time');
        equal(login.went.asked, false, 'whether a password was asked for');
      },
    ),
    object('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', 'request_not_supported'),
    object('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported', 'request_uri_not_supported'),
    object('oidcc-ensure-request-object-with-redirect-uri', 'request_not_supported'),
    object('oidcc-request-uri-signed-rs256', 'request_uri_not_supported'),
  ],
};

/** A login was asked for, and the ID Token says that it was later than the one before. */
function asksAgain(login: LogIn, before: number, what: string): void {
  const claims = succeeds(login, what);
  holds(login.went.asked, 'no login is asked for', { expected: 'a page that asks for a password', got: stands(login) });
  holds(timeOf(claims, 'auth_time') > before, 'auth_time is that of the login before', {
    expected: `later than ${String(before)}`,
    got: claims['auth_time'],
    field: 'auth_time',
  });
}

function harmless(name: LoginModule, title: string): Check {
  return moduleCheck('MDT-IDP-032', name, { title, quote: HARMLESS }, (login) => void succeeds(login));
}

/** A login by the least that a request has to have; where it fails, refusals say nothing. */
function controlOf({ 'oidcc-prompt-none-logged-in': login }: Partial<ModulesSeen>): LogIn {
  if (!login) throw new Untestable('no plain login was seen');
  return login;
}

function object(name: ObjectModule, error: string): Check {
  const what = name.includes('request-uri') ? 'request_uri' : 'request';
  const title = `what is in \`${what}\` is followed or refused`;
  return moduleCheck('MDT-IDP-036', name, { title, quote: OBJECTS }, (shown) => {
    const { login, nonce, redirectUri, isSupported } = shown;
    const said = responseOf(login)?.get('error');
    if (isSupported !== true && said !== null && said !== undefined) return isAnswered(login, [error]);
    const { idToken } = login.tokens ?? {};
    holds(idToken !== undefined, 'it is neither followed nor refused', {
      expected: `${error}, or a code`,
      got: stands(login),
    });
    equal(claimsOf(idToken ?? '')['nonce'], nonce, 'the nonce, which stands in the object', 'nonce');
    equal(login.response?.startsWith(redirectUri), true, 'whether it leads to the redirect URI of the object');
  });
}
