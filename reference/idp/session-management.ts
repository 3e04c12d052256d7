/**
 * OpenID Connect Session Management 1.0, which oidc-provider leaves out: `session_state` of an answer, the cookie that it is
 * held against, and the page that holds them against each other in a browser.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { CHECK_SESSION } from './provider-settings.ts';

/** What the page reads: it says that a session is another one, and nothing of it. */
const BROWSER_STATE = 'mdt_browser_state';
const SALT_OCTETS = 16;

/** `hash(client_id ‖ " " ‖ origin ‖ " " ‖ browser state ‖ " " ‖ salt).salt` (4.2; what is hashed is the IdP's choice). */
function sessionState(clientId: string, origin: string, browserState: string, salt: string): string {
  const text = `${clientId} ${origin} ${browserState} ${salt}`;
  return `${createHash('sha256').update(text).digest('base64url')}.${salt}`;
}

/** Adds `session_state` to a successful authentication response, and sets the cookie. */
export function addSessionState(context: KoaContextWithOIDC, out: Record<string, unknown>, key: Buffer): void {
  const { session, client, params } = context.oidc;
  const redirectUri = params?.['redirect_uri'];
  if (!session?.accountId || !client || typeof redirectUri !== 'string' || !URL.canParse(redirectUri)) return;
  const state = createHmac('sha256', key)
    .update(JSON.stringify([session.uid, session.accountId, session.loginTs]))
    .digest('base64url');
  const salt = randomBytes(SALT_OCTETS).toString('base64url');
  out['session_state'] = sessionState(client.clientId, new URL(redirectUri).origin, state, salt);
  setBrowserState(context, state);
}

/** After a logout there is another state, that of nobody. */
export function clearBrowserState(context: KoaContextWithOIDC): void {
  setBrowserState(context, '');
}

// Read by script in a frame of another site, so neither HttpOnly nor, where there is TLS, bound to the site.
function setBrowserState(context: KoaContextWithOIDC, state: string): void {
  const crossSite = context.secure ? '; SameSite=None; Secure' : '; SameSite=Lax';
  context.append('Set-Cookie', `${BROWSER_STATE}=${state}; Path=${CHECK_SESSION}${crossSite}`);
}

const SCRIPT = `
addEventListener('message', async ({ data, origin, source }) => {
  const [clientId, given, ...more] = String(data).split(' ');
  const [, salt] = (given ?? '').split('.');
  if (!clientId || !salt || more.length > 0) return source.postMessage('error', origin);
  const cookie = document.cookie.split('; ').find((each) => each.startsWith('${BROWSER_STATE}='));
  const state = (cookie ?? '').slice(${BROWSER_STATE.length + 1});
  const text = new TextEncoder().encode([clientId, origin, state, salt].join(' '));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const hash = btoa(String.fromCharCode(...digest)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  source.postMessage(given === hash + '.' + salt ? 'unchanged' : 'changed', origin);
});`;

const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** The page, which any client may show in a frame. */
export const CHECK_SESSION_PAGE: { readonly html: string; readonly headers: Readonly<Record<string, string>> } = {
  html: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>session</title><script>${SCRIPT}</script></head><body></body></html>\n`,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; script-src ${SCRIPT_SOURCE}; base-uri 'none'`,
    'cache-control': 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  },
};
