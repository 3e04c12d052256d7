/** Modules about authorization requests. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchanged, follow } from '../../scenes/openid-logins.ts';
import type { LogIn } from '../../scenes/openid-seen.ts';
import { signingInput, unsigned } from '../jwt.ts';
import type { Request } from '../relying-party.ts';
import type { UserInfoSeen } from './tokens.ts';
import { accessTokenOf, ask, endpoint, logIn, needed, registered, type Desk, type Play, type Plays } from './desk.ts';

/** Longer than the age that is asked for, as times in tokens are whole seconds. */
const OLDER_THAN_A_SECOND_MS = 2_100;

/** A login by a request with some parameters otherwise. */
function by(more: Readonly<Record<string, string | undefined>>): Play<LogIn> {
  return (desk) => logIn(desk, more);
}

/** When the login of a token was, by Date.now(); now where that is not told. */
function loginOf({ tokens }: LogIn): number {
  const [, body = ''] = (tokens?.idToken ?? '').split('.');
  const { auth_time: time } = JSON.parse(Buffer.from(body, 'base64url').toString('utf8') || '{}') as {
    auth_time?: unknown;
  };
  return typeof time === 'number' ? time * 1_000 : Date.now();
}

/** One by the session that there is, and another when its login is so old. */
function again(more: Readonly<Record<string, string>>, afterMs = 0): Play<AgainSeen> {
  return async (desk) => {
    const before = await logIn(desk, { max_age: '10000' });
    await sleep(Math.max(0, loginOf(before) + afterMs - Date.now()));
    return { before, login: await logIn(desk, more) };
  };
}

export interface ObjectSeen {
  /** How the metadata have it. */
  readonly isSupported: unknown;
  /** The nonce, and the redirect URI, that stand in the object alone. */
  readonly nonce: string;
  readonly redirectUri: string;
  readonly login: LogIn;
}

type Plain =
  | 'oidcc-ensure-post-request-succeeds'
  | 'oidcc-response-type-missing'
  | 'oidcc-ensure-redirect-uri-in-authorization-request'
  | 'oidcc-alternate-happy-flow'
  | 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow'
  | 'oidcc-ensure-request-with-unknown-parameter-succeeds'
  | 'oidcc-ensure-request-with-acr-values-succeeds'
  | 'oidcc-display-page'
  | 'oidcc-display-popup'
  | 'oidcc-ui-locales'
  | 'oidcc-claims-locales'
  | 'oidcc-login-hint'
  | 'oidcc-id-token-hint'
  | 'oidcc-prompt-none-logged-in'
  | 'oidcc-prompt-none-not-logged-in';

type WithObject =
  | 'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported'
  | 'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported'
  | 'oidcc-ensure-request-object-with-redirect-uri'
  | 'oidcc-request-uri-signed-rs256';

/** A login, and the request before it. */
export interface AgainSeen {
  readonly before: LogIn;
  readonly login: LogIn;
}

export type RequestsSeen = Record<Plain, LogIn> &
  Record<WithObject, ObjectSeen> &
  Record<'oidcc-prompt-login' | 'oidcc-max-age-1' | 'oidcc-max-age-10000', AgainSeen> &
  Record<'oidcc-claims-essential', UserInfoSeen>;

export const REQUESTS: Plays<RequestsSeen> = {
  'oidcc-ensure-post-request-succeeds': async (desk) => {
    const request = await desk.client.request();
    const url = new URL(endpoint(desk, 'authorization_endpoint')); // its own query stays (RFC 6749, 3.1)
    const post = Object.fromEntries([...request.url.searchParams].filter(([name]) => !url.searchParams.has(name)));
    return exchanged(desk.client, await follow(desk, desk.person, { ...request, url }, { post }));
  },
  'oidcc-response-type-missing': async (desk) =>
    ask(desk, {}, { change: (url) => url.searchParams.delete('response_type') }),
  'oidcc-ensure-redirect-uri-in-authorization-request': async (desk) =>
    ask(desk, {}, { change: (url) => url.searchParams.delete('redirect_uri') }),
  'oidcc-alternate-happy-flow': async (desk) => logIn(desk, { scope: 'profile openid' }, { change: reverse }),
  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow': by({ nonce: undefined }),
  'oidcc-ensure-request-with-unknown-parameter-succeeds': by({ extra: 'of nobody' }),
  'oidcc-ensure-request-with-acr-values-succeeds': by({ acr_values: '1 2' }),
  'oidcc-display-page': by({ display: 'page' }),
  'oidcc-display-popup': by({ display: 'popup' }),
  'oidcc-ui-locales': by({ ui_locales: 'se' }),
  'oidcc-claims-locales': by({ claims_locales: 'se' }),
  'oidcc-login-hint': by({ login_hint: 'somebody@example.org' }),
  'oidcc-id-token-hint': async (desk) =>
    logIn(desk, { id_token_hint: needed(desk.first.tokens?.idToken, 'ID Token'), prompt: 'none' }),
  'oidcc-claims-essential': async (desk) => {
    const login = await logIn(desk, { claims: JSON.stringify({ userinfo: { name: { essential: true } } }) });
    return { login, userInfo: await desk.client.userInfo(accessTokenOf(login)) };
  },
  'oidcc-prompt-login': again({ prompt: 'login', max_age: '10000' }, OLDER_THAN_A_SECOND_MS),
  'oidcc-prompt-none-logged-in': by({ prompt: 'none' }),
  'oidcc-prompt-none-not-logged-in': async (desk) => ask(desk, { prompt: 'none' }, { person: desk.leaver }),
  'oidcc-max-age-1': again({ max_age: '1' }, OLDER_THAN_A_SECOND_MS),
  'oidcc-max-age-10000': again({ max_age: '10000' }),
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': async (desk) =>
    withObject(desk, 'request_parameter_supported', (url, object) => url.searchParams.set('request', unsigned(object))),
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': async (desk) =>
    withObject(desk, 'request_uri_parameter_supported', (url, object) => {
      const uri = desk.callbacks.serve('/request-object', 'application/oauth-authz-req+jwt', unsigned(object));
      url.searchParams.set('request_uri', uri);
    }),
  'oidcc-ensure-request-object-with-redirect-uri': async (desk) =>
    withObject(desk, 'request_parameter_supported', (url, object) => {
      url.searchParams.set('request', unsigned(object));
      url.searchParams.set('redirect_uri', desk.callbacks.at('/object/other'));
    }),
  'oidcc-request-uri-signed-rs256': async (desk) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'object', alg: 'RS256', use: 'sig' };
    const more = { request_object_signing_alg: 'RS256', jwks: { keys: [key] } };
    const place = (url: URL, object: object): void => {
      const signed = signedBy(privateKey, object);
      const uri = desk.callbacks.serve('/request-object-signed', 'application/oauth-authz-req+jwt', signed);
      url.searchParams.set('request_uri', uri);
    };
    return withObject(desk, 'request_uri_parameter_supported', place, more);
  },
};

/** A request whose object says another nonce than it does itself, at a client that has registered two redirect URIs. */
async function withObject(
  desk: Desk,
  supported: string,
  place: (url: URL, object: object) => void,
  more: Readonly<Record<string, unknown>> = {},
): Promise<ObjectSeen> {
  const { callbacks, metadata, subject, world } = desk;
  const redirectUri = callbacks.at('/object/cb');
  const party = await registered(desk, 'object', {
    redirect_uris: [redirectUri, callbacks.at('/object/other')],
    request_uris: [callbacks.at('/request-object'), callbacks.at('/request-object-signed')],
    ...more,
  });
  const nonce = world.random.hex(`nonce of an object (${supported})`);
  const change = (url: URL, request: Request): void => {
    const { issuer } = subject.configuration.public;
    const asked = Object.fromEntries(request.url.searchParams);
    place(url, { ...asked, iss: party.id, aud: issuer, redirect_uri: redirectUri, nonce });
  };
  const login = await logIn(desk, {}, { party, change });
  return { isSupported: metadata[supported], nonce, redirectUri, login };
}

function signedBy(key: KeyObject, claims: object): string {
  const text = signingInput({ alg: 'RS256', kid: 'object' }, claims);
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

function reverse(url: URL): void {
  url.search = new URLSearchParams([...url.searchParams].reverse()).toString();
}
