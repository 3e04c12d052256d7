/** Modules about logout and sessions. */
import { responseOf } from '../../scenes/openid-logins.ts';
import type { LogIn } from '../../scenes/openid-seen.ts';
import type { Callback } from '../callbacks.ts';
import type { Went } from '../person.ts';
import { ask, endpoint, logIn, ModuleStopped, needed, type Play, type Plays } from './desk.ts';

/** Where clients of this scene are told that somebody has left; `/out?more` is not registered. */
export const OUT = '/out';

export interface LeavingSeen {
  readonly login: LogIn;
  readonly went: Went;
  /** What came to the registered `post_logout_redirect_uri`, or below it. */
  readonly returned?: Callback;
  readonly state: string;
  /** What the same browser is answered afterwards, with prompt=none, and where nobody logs in. */
  readonly silent: LogIn;
}

type Leaving = (told: { idToken: string; out: string; state: string }) => Readonly<Record<string, string>>;

/** Somebody logs in, and leaves by a request with these parameters. */
function leavingBy(parameters: Leaving): Play<LeavingSeen> {
  return async (desk) => {
    const { callbacks, leaver: person, world } = desk;
    const login = await logIn(desk, {}, { person });
    const idToken = needed(login.tokens?.idToken, 'ID Token');
    const state = world.random.hex('state of a logout', 16);
    const url = new URL(endpoint(desk, 'end_session_endpoint'));
    const out = callbacks.at(OUT);
    for (const [name, value] of Object.entries(parameters({ idToken, out, state }))) url.searchParams.set(name, value);
    const before = callbacks.of(OUT).length;
    const went = await person.goTo(url, out, { leaves: true });
    const returned = callbacks.of(OUT).slice(before).at(-1);
    const silent = await ask(desk, { prompt: 'none' }, { person, logsIn: false });
    return { login, went, state, silent, ...(returned && { returned }) };
  };
}

export interface LogoutSeen extends Record<
  | 'oidcc-rp-initiated-logout'
  | `oidcc-rp-initiated-logout-no-${'state' | 'params' | 'post-logout-redirect-uri' | 'id-token-hint'}`
  | 'oidcc-rp-initiated-logout-only-state'
  | `oidcc-rp-initiated-logout-${'bad' | 'query-added-to'}-post-logout-redirect-uri`
  | `oidcc-rp-initiated-logout-${'modified' | 'bad'}-id-token-hint`,
  LeavingSeen
> {
  /** What the frame answers: before and after the logout, to what is no question, and to another client. */
  'oidcc-session-management-rp-initiated-logout': Record<
    'before' | 'nonsense' | 'ofAnother' | 'after',
    string | undefined
  >;
}

export const LOGOUT: Plays<LogoutSeen> = {
  'oidcc-rp-initiated-logout': leavingBy(({ idToken, out, state }) => ({
    ...{ id_token_hint: idToken, post_logout_redirect_uri: out, state },
  })),
  'oidcc-rp-initiated-logout-no-state': leavingBy(({ idToken, out }) => ({
    ...{ id_token_hint: idToken, post_logout_redirect_uri: out },
  })),
  'oidcc-rp-initiated-logout-no-post-logout-redirect-uri': leavingBy(({ idToken, state }) => ({
    ...{ id_token_hint: idToken, state },
  })),
  'oidcc-rp-initiated-logout-only-state': leavingBy(({ state }) => ({ state })),
  'oidcc-rp-initiated-logout-no-params': leavingBy(() => ({})),
  'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri': leavingBy(({ idToken, out, state }) => ({
    ...{ id_token_hint: idToken, post_logout_redirect_uri: `${out}/of-nobody`, state },
  })),
  'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri': leavingBy(({ idToken, out, state }) => ({
    ...{ id_token_hint: idToken, post_logout_redirect_uri: `${out}?foo=bar`, state },
  })),
  'oidcc-rp-initiated-logout-no-id-token-hint': leavingBy(({ out, state }) => ({
    ...{ post_logout_redirect_uri: out, state },
  })),
  'oidcc-rp-initiated-logout-modified-id-token-hint': leavingBy(({ idToken, out, state }) => ({
    ...{ id_token_hint: resigned(idToken), post_logout_redirect_uri: out, state },
  })),
  'oidcc-rp-initiated-logout-bad-id-token-hint': leavingBy(({ out, state }) => ({
    ...{ id_token_hint: 'no token at all', post_logout_redirect_uri: out, state },
  })),
  'oidcc-session-management-rp-initiated-logout': async (desk) => {
    const { issuer } = desk.subject.configuration.public;
    // Without TLS no cookie is shown to a frame in the page of another site.
    if (new URL(issuer).hostname !== new URL(desk.callbacks.origin).hostname)
      throw new ModuleStopped('to a browser the IdP and its client are two sites here, and its cookies need TLS');
    const { leaver: person, client, callbacks } = desk;
    const login = await logIn(desk, {}, { person });
    const state = needed(responseOf(login)?.get('session_state') ?? undefined, 'session_state');
    const frame = endpoint(desk, 'check_session_iframe');
    const question = `${client.id} ${state}`;
    const asks = (message: string): Promise<string | undefined> => person.askFrame(callbacks.origin, frame, message);
    const [before, nonsense] = [await asks(question), await asks('nonsense')];
    const ofAnother = await asks(`${client.id}x ${state}`);
    const idToken = needed(login.tokens?.idToken, 'ID Token');
    const out = callbacks.at(OUT);
    const url = client.endSession({ id_token_hint: idToken, post_logout_redirect_uri: out });
    await person.goTo(url, out, { leaves: true });
    return { before, nonsense, ofAnother, after: await asks(question) };
  },
};

/** The same token, under another signature. */
function resigned(token: string): string {
  const [head = '', body = '', signature = ''] = token.split('.');
  const octets = Buffer.from(signature, 'base64url');
  octets[0] = (octets[0] ?? 0) ^ 1;
  return [head, body, octets.toString('base64url')].join('.');
}
