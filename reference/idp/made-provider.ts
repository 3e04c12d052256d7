/**
 * oidc-provider as this IdP has it: with what goes around its answers, and what it leaves out. Its keys are given when it is
 * made, and all that it has is in rows, so another is made whenever the keys turn.
 */
import { createHash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { Provider, type JWK, type KoaContextWithOIDC } from 'oidc-provider';
import { MdtError } from '../core/errors.ts';
import type { RoleParts } from '../entity/role.ts';
import { askByGet, isAskedByGet } from './ask-by-get.ts';
import { lookAgainForKeys } from './client-keys.ts';
import { logoutFrames, tellByFrames } from './front-channel.ts';
import { providerSettings, ROUTES, TOKEN_EXCHANGE, type ProviderParts } from './provider-settings.ts';
import { derive } from './sealed-rows.ts';
import { addSessionState, clearBrowserState } from './session-management.ts';
import { tokenExchange, TOKEN_EXCHANGE_PARAMETERS } from './token-exchange.ts';

export interface MadeProviderParts extends ProviderParts, Pick<RoleParts, 'enter' | 'onFault'> {
  readonly behindProxy: boolean;
}

/** @param keys secret JWKs, those that sign first */
export function makeProvider(parts: MadeProviderParts, keys: JWK[]): Provider {
  const { issuer, seal, behindProxy, onFault } = parts;
  const provider = new Provider(issuer, providerSettings(parts, keys));
  tellSessions(provider);
  lookAgainForKeys(provider, parts.now);
  provider.proxy = behindProxy;
  provider.maxIpsCount = 1; // as `clientOfRequest` has it
  const exchange = tokenExchange(provider, { ...parts, isNew: firstShown(parts) });
  provider.registerGrantType(TOKEN_EXCHANGE, exchange, [...TOKEN_EXCHANGE_PARAMETERS]);
  const sessionKey = derive(seal, 'browser state');
  provider.on('authorization.success', (context, out) => addSessionState(context, out ?? {}, sessionKey));
  provider.on('end_session.success', (context) => {
    if (agrees(context)) clearBrowserState(context);
  });
  provider.silent = true; // Koa would print errors past our log
  (provider as EventEmitter).on('error', onFault);
  provider.on('server_error', (_context, error) => onFault(error));
  provider.use(async (context, next) => answer(parts, provider, context as KoaContextWithOIDC, next));
  return provider;
}

/** Whether a subject token is shown for the first time; from then on it was shown before. */
function firstShown({ rows }: MadeProviderParts) {
  return (clientId: string, jti: string, until: number): boolean => {
    const key = `${clientId}\0${jti}`;
    if (rows.get('SubjectToken', key) !== undefined) return false;
    rows.put('SubjectToken', key, true, { expires: until });
    return true;
  };
}

/** What goes around oidc-provider's own answers: the log has an entry before anybody has the answer (MDT-IDP-023). */
async function answer(
  parts: MadeProviderParts,
  provider: Provider,
  context: KoaContextWithOIDC,
  next: () => Promise<void>,
): Promise<void> {
  if (isAskedByGet(context)) return askByGet(context);
  const isLogout = context.method === 'POST' && context.path === `${ROUTES.end_session}/confirm`;
  const frames = isLogout ? await logoutFrames(provider, context) : [];
  const subject = isLogout ? (await provider.Session.get(context)).accountId : undefined;
  await goOn(context, next);
  const isOut = isLogout && context.status === 303 && agrees(context);
  try {
    await log(parts, context, isOut ? subject : undefined);
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    const clientId = registered(context);
    // Nobody is told of it, and at a private IdP it would be in the place of the one that tries again.
    if (clientId !== undefined) parts.rows.delete('Client', clientId);
    context.remove('location'); // that of a logout
    context.status = 503;
    context.body = { error: 'temporarily_unavailable', error_description: error.message };
    return;
  }
  if (isOut && frames.length > 0) tellByFrames(context, parts.issuerName, frames);
}

/** Whether the person who is asked to sign out does: whoever stays signed in sends the same form without `logout`. */
function agrees({ oidc }: KoaContextWithOIDC): boolean {
  return Boolean(oidc?.params?.['logout']); // as oidc-provider looks at it
}

async function log(
  { enter, logSubject }: MadeProviderParts,
  context: KoaContextWithOIDC,
  loggedOut: string | undefined,
): Promise<void> {
  const body = context.body as { id_token?: string } | undefined;
  const { path, status } = context;
  const clientId = registered(context);
  if (clientId !== undefined) await enter({ event: 'client_registered', kind: 'app', subject: logSubject(clientId) });
  const accountId = context.oidc?.account?.accountId;
  if (path === ROUTES.token && status === 200 && body?.id_token !== undefined && accountId !== undefined) {
    const commitment = createHash('sha256').update(body.id_token).digest('hex');
    await enter({ event: 'token_issued', kind: 'person', subject: logSubject(accountId), commitment });
  }
  if (loggedOut !== undefined) await enter({ event: 'logout', kind: 'person', subject: logSubject(loggedOut) });
}

/** `client_id` of the client that an answer gives. */
function registered({ method, path, status, body }: KoaContextWithOIDC): string | undefined {
  const isGiven = method === 'POST' && path === ROUTES.registration && status === 201;
  return isGiven ? (body as { client_id?: string } | undefined)?.client_id : undefined;
}

/**
 * oidc-provider 9.13 keeps the session of whoever has one while it refuses a dialogue that does not exist; where there is
 * none that fails by a TypeError, in the place of its refusal.
 */
async function goOn(context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.includes('previously persisted Sessions')) throw error;
    context.status = 400;
    context.body = { error: 'invalid_request', error_description: 'there is no such dialogue' };
  }
}

/** Clients that are told of a logout by frames are told which session it was, as those are that are told directly. */
function tellSessions({ Client }: Provider): void {
  const { prototype } = Client as unknown as { prototype: { includeSid: () => boolean; metadata: () => object } };
  const { includeSid } = prototype;
  prototype.includeSid = function (this: typeof prototype) {
    const metadata = this.metadata() as Readonly<Record<string, unknown>>;
    return includeSid.call(this) || metadata['frontchannel_logout_session_required'] === true;
  };
}
