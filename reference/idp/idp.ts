/** What an IdP has beside being an entity (spec 12): an OpenID Provider whose keys its record vouches for. */
import { createHash, createHmac } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { Provider, type KoaContextWithOIDC } from 'oidc-provider';
import { canonicalOctets } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import type { RoleParts, RoleWork } from '../entity/role.ts';
import type { Publication } from '../entity/publication.ts';
import type { JwksSignature } from './jwks-signature.ts';
import type { OtherPaths, Resource } from '../runtime/http-host.ts';
import { represent, type Representation } from '../runtime/representation.ts';
import { Accounts } from './accounts.ts';
import { logoutFrames, tellByFrames } from './front-channel.ts';
import { Interactions } from './interactions.ts';
import { signJwks } from './jwks-signature.ts';
import { readAccountsFile, type HashedAccount } from './password.ts';
import { openidMetadata } from './openid-metadata.ts';
import { CHECK_SESSION, OPENID, providerSettings, ROUTES, TOKEN_EXCHANGE } from './provider-settings.ts';
import { derive, SealedRows } from './sealed-rows.ts';
import { addSessionState, CHECK_SESSION_PAGE, clearBrowserState } from './session-management.ts';
import { publicSet, SigningKeys } from './signing-keys.ts';
import { tokenExchange, TOKEN_EXCHANGE_PARAMETERS } from './token-exchange.ts';
import { WEBFINGER, webFinger } from './webfinger.ts';

const FOLDER = 'idp';
/** The signature over the JWK Set holds so long, and is renewed in the middle of it, in seconds. */
const SIGNATURE_SECONDS = 86_400;
/** How often what has expired is thrown away, in seconds. */
const SWEEP_SECONDS = 60;

interface ShownMetadata {
  readonly publication: Publication;
  readonly signature: JwksSignature;
  readonly jwks: object;
  readonly representation: Representation;
}

export class Idp implements RoleWork {
  readonly #parts: RoleParts;
  readonly #rows: SealedRows;
  readonly #accounts: Accounts;
  readonly #keys: SigningKeys;
  readonly #seal: Uint8Array;
  readonly #logSubjectKey: Buffer;
  readonly #issuer: string;
  readonly #issuerName: string;
  readonly #interactions: Interactions;
  readonly #deviceFlow: boolean;
  #provider: Provider;
  #handle: ReturnType<Provider['callback']>;
  #jwks: ReturnType<typeof publicSet>;
  #jwksShown: Representation;
  #shown: ShownMetadata | undefined;
  #turnedAt: number;
  #sweptAt = 0;

  /**
   * Opens what is kept.
   * @throws MdtError MDT_STATE where it is damaged
   */
  static async open(parts: RoleParts): Promise<Idp> {
    const seal = hexToBytes(parts.secrets.seal ?? '');
    const rows = new SealedRows(join(parts.directory.folder(FOLDER), 'idp.sqlite'), seal);
    try {
      return new Idp(parts, rows, seal, await SigningKeys.open(rows, parts.clock.now()));
    } catch (error) {
      rows.close();
      throw error;
    }
  }

  private constructor(parts: RoleParts, rows: SealedRows, seal: Uint8Array, keys: SigningKeys) {
    const { configuration } = parts.launch;
    this.#parts = parts;
    this.#rows = rows;
    this.#seal = seal;
    this.#logSubjectKey = derive(seal, 'log subjects');
    this.#keys = keys;
    this.#issuer = configuration.public.issuer;
    this.#issuerName = nameOf(configuration.options?.['name'], this.#issuer);
    this.#deviceFlow = configuration.options?.['device_flow'] === true;
    const configured = [...accountsOfFile(configuration.options?.['accounts_file']), ...(configuration.accounts ?? [])];
    this.#accounts = new Accounts(rows, wallClock, configured);
    this.#interactions = new Interactions({
      ...{ accounts: this.#accounts, seal, issuerName: this.#issuerName, behindProxy: this.#isBehindProxy },
      ...{ logSubject: this.#logSubject, enter: parts.enter },
    });
    this.#turnedAt = parts.clock.now();
    const secret = keys.private(this.#turnedAt);
    this.#jwks = publicSet(secret);
    this.#jwksShown = represent(canonicalOctets(this.#jwks), { mediaType: 'application/jwk-set+json' });
    this.#provider = this.#makeProvider();
    this.#handle = this.#provider.callback();
  }

  get resources(): readonly Resource[] {
    return [{ path: ROUTES.jwks, read: () => (this.#parts.served(), this.#jwksShown) }];
  }

  /** The metadata; the signature over the JWK Set is renewed when half of its time is over. */
  readonly metadata = (): Representation => {
    const { publication, anchorKey } = this.#parts.served();
    const now = this.#parts.clock.now();
    const shown = this.#shown;
    if (shown?.publication === publication && shown.jwks === this.#jwks) {
      const left = shown.signature.expires - now;
      if (left > SIGNATURE_SECONDS / 2 && left <= SIGNATURE_SECONDS) return shown.representation;
    }
    const signature = signJwks(publication.entityId, this.#jwks, now + SIGNATURE_SECONDS, anchorKey);
    const metadata = openidMetadata(publication, signature, { deviceFlow: this.#deviceFlow });
    this.#shown = { publication, signature, jwks: this.#jwks, representation: represent(canonicalOctets(metadata)) };
    return this.#shown.representation;
  };

  /** What is not of OpenID is answered as at every entity, by a problem document where it is not there. */
  readonly http: OtherPaths = {
    owns: (path) => path === WEBFINGER || path.startsWith(OPENID),
    answer: (request, response) => this.#answer(request, response),
  };

  #answer(request: IncomingMessage, response: ServerResponse): void {
    try {
      this.#parts.served();
    } catch (error) {
      return refuse(response, 503, 'temporarily_unavailable', error instanceof MdtError ? error.message : 'not now');
    }
    const target = request.url ?? '';
    const [path = '', query = ''] = target.split('?', 2);
    if (path === WEBFINGER) return this.#answerWebFinger(request, response, query);
    if (path === CHECK_SESSION)
      return void response.writeHead(200, CHECK_SESSION_PAGE.headers).end(CHECK_SESSION_PAGE.html);
    if (Interactions.owns(target)) {
      this.#interactions.answer(this.#provider, request, response).catch((error: unknown) => {
        if (!(error instanceof MdtError)) this.#parts.onFault(error);
        if (!response.headersSent) refuse(response, 503, 'temporarily_unavailable', 'try again');
      });
      return;
    }
    void this.#handle(request, response); // Koa catches what goes wrong in it
  }

  connect(): void {
    // Bitcoin is the entity's.
  }

  async atTip(): Promise<void> {
    const now = this.#parts.clock.now();
    if (wallClock() >= this.#sweptAt + SWEEP_SECONDS) {
      this.#sweptAt = wallClock();
      this.#rows.forgetExpired(this.#sweptAt);
    }
    const before = this.#turnedAt;
    this.#turnedAt = now;
    if (!(await this.#keys.turn(now, before))) return;
    this.#jwks = publicSet(this.#keys.private(now));
    this.#jwksShown = represent(canonicalOctets(this.#jwks), { mediaType: 'application/jwk-set+json' });
    this.#provider = this.#makeProvider();
    this.#handle = this.#provider.callback();
  }

  lacks(): undefined {
    return undefined;
  }

  close(): void {
    this.#rows.close();
  }

  /** TLS is a proxy's affair. */
  get #isBehindProxy(): boolean {
    return this.#issuer.startsWith('https:');
  }

  /** What stands for a subject in the log: nobody finds it there but whoever has a token of it (MDT-IDP-024). */
  readonly #logSubject = (subject: string): string =>
    createHmac('sha256', this.#logSubjectKey).update(subject).digest('hex');

  #makeProvider(): Provider {
    const { launch, onFault } = this.#parts;
    const { registration } = launch.configuration;
    const parts = {
      ...{ rows: this.#rows, accounts: this.#accounts, seal: this.#seal, issuer: this.#issuer },
      ...{ issuerName: this.#issuerName, logSubject: this.#logSubject, now: wallClock },
      ...{ deviceFlow: this.#deviceFlow, onRegtest: launch.network.name === 'regtest' },
      initialAccessToken: registration?.initial_access_token,
    };
    const provider = new Provider(this.#issuer, providerSettings(parts, this.#keys.private(this.#turnedAt)));
    tellSessions(provider);
    provider.proxy = this.#isBehindProxy;
    provider.maxIpsCount = 1; // as `clientOfRequest` has it
    const sessionKey = derive(this.#seal, 'browser state');
    provider.registerGrantType(TOKEN_EXCHANGE, tokenExchange(provider, this.#exchangeParts()), [
      ...TOKEN_EXCHANGE_PARAMETERS,
    ]);
    provider.on('authorization.success', (context, out) => addSessionState(context, out ?? {}, sessionKey));
    provider.on('end_session.success', (context) => clearBrowserState(context));
    provider.silent = true; // Koa would print errors past our log
    (provider as EventEmitter).on('error', onFault);
    provider.on('server_error', (_context, error) => onFault(error));
    provider.use(async (context, next) => this.#around(provider, context as KoaContextWithOIDC, next));
    return provider;
  }

  /** A private IdP takes one client, which is its D-TA. */
  #isTaken(): boolean {
    return this.#parts.launch.configuration.registration?.access === 'private' && this.#rows.has('Client');
  }

  #exchangeParts(): Parameters<typeof tokenExchange>[1] {
    const isNew = (clientId: string, jti: string, until: number): boolean => {
      const key = `${clientId}\0${jti}`;
      if (this.#rows.get('SubjectToken', key) !== undefined) return false;
      this.#rows.put('SubjectToken', key, true, { expires: until });
      return true;
    };
    return { logSubject: this.#logSubject, enter: this.#parts.enter, now: wallClock, isNew };
  }

  /** What goes around oidc-provider's own answers: the log has an entry before anybody has the answer (MDT-IDP-023). */
  async #around(provider: Provider, context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    if (context.method === 'POST' && context.path === ROUTES.registration && this.#isTaken()) {
      context.status = 403;
      context.body = { error: 'access_denied', error_description: 'this IdP is private to the client that it has' };
      return;
    }
    const isLogout = context.method === 'POST' && context.path === `${ROUTES.end_session}/confirm`;
    const frames = isLogout ? await logoutFrames(provider, context) : [];
    const subject = isLogout ? (await provider.Session.get(context)).accountId : undefined;
    await goOn(context, next);
    try {
      await this.#log(context, isLogout ? subject : undefined);
    } catch (error) {
      if (!(error instanceof MdtError)) throw error;
      context.status = 503;
      context.body = { error: 'temporarily_unavailable', error_description: error.message };
      return;
    }
    if (isLogout && context.status === 303 && frames.length > 0) tellByFrames(context, this.#issuerName, frames);
  }

  async #log(context: KoaContextWithOIDC, loggedOut: string | undefined): Promise<void> {
    const { enter } = this.#parts;
    const body = context.body as { client_id?: string; id_token?: string } | undefined;
    const { path, method, status } = context;
    if (method === 'POST' && path === ROUTES.registration && status === 201 && body?.client_id !== undefined)
      await enter({ event: 'client_registered', kind: 'app', subject: this.#logSubject(body.client_id) });
    const accountId = context.oidc?.account?.accountId;
    if (path === ROUTES.token && status === 200 && body?.id_token !== undefined && accountId !== undefined) {
      const commitment = createHash('sha256').update(body.id_token).digest('hex');
      await enter({ event: 'token_issued', kind: 'person', subject: this.#logSubject(accountId), commitment });
    }
    if (loggedOut !== undefined && status === 303)
      await enter({ event: 'logout', kind: 'person', subject: this.#logSubject(loggedOut) });
  }

  #answerWebFinger(request: IncomingMessage, response: ServerResponse, query: string): void {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'invalid_request', 'only read', { allow: 'GET, HEAD' });
    const { status, body } = webFinger(this.#issuer, new URLSearchParams(query));
    const mediaType = status === 200 ? 'application/jrd+json' : 'application/json';
    const headers = { 'content-type': mediaType, 'access-control-allow-origin': '*', 'cache-control': 'no-cache' };
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
  }
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

/** Seconds since 1970 as oidc-provider counts them. */
function wallClock(): number {
  return Math.floor(Date.now() / 1000);
}

/** @throws MdtError MDT_LAUNCH where the file cannot be read, or holds something else */
function accountsOfFile(path: unknown): HashedAccount[] {
  if (path === undefined) return [];
  if (typeof path !== 'string') throw new MdtError('MDT_LAUNCH', 'no path', { field: '/options/accounts_file' });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new MdtError('MDT_LAUNCH', 'cannot be read', { field: '/options/accounts_file', cause });
  }
  return readAccountsFile(value);
}

function nameOf(name: unknown, issuer: string): string {
  return typeof name === 'string' && name !== '' ? name : new URL(issuer).host;
}

/** An error as RFC 6749, 5.2 has it. */
function refuse(
  response: ServerResponse,
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const retry = status === 503 ? { 'retry-after': '1' } : {};
  const all = { 'content-type': 'application/json', 'cache-control': 'no-store', ...retry, ...headers };
  response.writeHead(status, all).end(JSON.stringify({ error, error_description: description }));
}
