/** What an IdP has beside being an entity (spec 12): an OpenID Provider whose keys its record vouches for. */
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Provider } from 'oidc-provider';
import { canonicalOctets } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import type { RoleParts, RoleWork } from '../entity/role.ts';
import type { Publication } from '../entity/publication.ts';
import type { JwksSignature } from '../core/enrolment/jwks-vouch.ts';
import type { OtherPaths, Resource } from '../runtime/http-host.ts';
import { represent, type Representation } from '../runtime/representation.ts';
import { Accounts } from './accounts.ts';
import { Interactions } from './interactions.ts';
import { signJwks } from './jwks-signature.ts';
import { makeProvider, type MadeProviderParts } from './made-provider.ts';
import { readAccountsFile, type HashedAccount } from './accounts-file.ts';
import { openidMetadata } from './openid-metadata.ts';
import { CHECK_SESSION, OPENID, ROUTES } from './provider-settings.ts';
import { deriveKey, SealedRows } from './sealed-rows.ts';
import { CHECK_SESSION_PAGE } from './session-management.ts';
import { publicSet, SigningKeys } from './signing-keys.ts';
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

/** What a generation of keys leads to: the same set is shown, and signs. */
interface InForce {
  readonly jwks: ReturnType<typeof publicSet>;
  readonly shown: Representation;
  readonly provider: Provider;
  readonly handle: ReturnType<Provider['callback']>;
}

export class Idp implements RoleWork {
  readonly #parts: RoleParts;
  readonly #rows: SealedRows;
  readonly #keys: SigningKeys;
  readonly #made: MadeProviderParts;
  readonly #interactions: Interactions;
  /** Of the issuer, with its port. */
  readonly #host: string;
  #inForce: InForce;
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
    const { enter, onFault, clock, launch } = parts;
    const { options = {}, accounts = [], registration, public: address } = launch.configuration;
    const logSubjectKey = deriveKey(seal, 'log subjects');
    this.#parts = parts;
    this.#rows = rows;
    this.#keys = keys;
    this.#made = {
      ...{ rows, seal, enter, onFault, issuer: address.issuer, issuerName: nameOf(options['name'], address.issuer) },
      accounts: new Accounts(rows, wallClock, [...accountsOf(options['accounts_file']), ...accounts]),
      // Nobody finds a subject in the log but whoever has a token of it (MDT-IDP-024).
      logSubject: (subject) => createHmac('sha256', logSubjectKey).update(subject).digest('hex'),
      now: wallClock,
      deviceFlow: options['device_flow'] === true,
      onRegtest: launch.network.name === 'regtest',
      initialAccessToken: registration?.initial_access_token,
      isPrivate: registration?.access === 'private',
      behindProxy: address.issuer.startsWith('https:'), // which is what brings TLS
    };
    this.#interactions = new Interactions(this.#made);
    this.#host = new URL(address.issuer).host;
    this.#turnedAt = clock.now();
    this.#inForce = this.#turned();
  }

  get resources(): readonly Resource[] {
    return [{ path: ROUTES.jwks, read: () => (this.#parts.served(), this.#inForce.shown) }];
  }

  readonly controls: NonNullable<RoleWork['controls']> = new Map([['rotate_keys', () => this.#rotateKeys()]]);

  /** The metadata; the signature over the JWK Set is renewed when half of its time is over. */
  readonly metadata = (): Representation => {
    const { publication, anchorKey } = this.#parts.served();
    const now = this.#parts.clock.now();
    const { jwks } = this.#inForce;
    const shown = this.#shown;
    if (shown?.publication === publication && shown.jwks === jwks) {
      const left = shown.signature.expires - now;
      if (left > SIGNATURE_SECONDS / 2 && left <= SIGNATURE_SECONDS) return shown.representation;
    }
    const signature = signJwks(publication.entityId, jwks, now + SIGNATURE_SECONDS, anchorKey);
    const metadata = openidMetadata(publication, signature, this.#made);
    this.#shown = { publication, signature, jwks, representation: represent(canonicalOctets(metadata)) };
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
    this.#nameHost(request);
    const target = request.url ?? '';
    const [path = '', query = ''] = target.split('?', 2);
    if (path === WEBFINGER) return this.#answerWebFinger(request, response, query);
    if (path === CHECK_SESSION)
      return void response.writeHead(200, CHECK_SESSION_PAGE.headers).end(CHECK_SESSION_PAGE.html);
    if (Interactions.owns(target)) {
      this.#interactions.answer(this.#inForce.provider, request, response).catch((error: unknown) => {
        if (!(error instanceof MdtError)) this.#parts.onFault(error);
        if (!response.headersSent) refuse(response, 503, 'temporarily_unavailable', 'try again');
      });
      return;
    }
    void this.#inForce.handle(request, response); // Koa catches what goes wrong in it
  }

  /** Whatever host a request names, or a proxy did not keep: oidc-provider makes addresses of it. */
  #nameHost({ headers }: IncomingMessage): void {
    headers.host = this.#host;
    delete headers['x-forwarded-host'];
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
    if (await this.#keys.turn(now, before)) this.#inForce = this.#turned();
  }

  lacks(): undefined {
    return undefined;
  }

  close(): void {
    this.#rows.close();
  }

  async #rotateKeys(): Promise<void> {
    this.#parts.served();
    this.#turnedAt = this.#parts.clock.now();
    await this.#keys.rotate(this.#turnedAt);
    this.#inForce = this.#turned();
  }

  #turned(): InForce {
    const keys = this.#keys.private(this.#turnedAt);
    const jwks = publicSet(keys);
    const provider = makeProvider(this.#made, keys);
    const shown = represent(canonicalOctets(jwks), { mediaType: 'application/jwk-set+json' });
    return { jwks, shown, provider, handle: provider.callback() };
  }

  #answerWebFinger(request: IncomingMessage, response: ServerResponse, query: string): void {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'invalid_request', 'only read', { allow: 'GET, HEAD' });
    const { status, body } = webFinger(this.#made.issuer, new URLSearchParams(query));
    const mediaType = status === 200 ? 'application/jrd+json' : 'application/json';
    const headers = { 'content-type': mediaType, 'access-control-allow-origin': '*', 'cache-control': 'no-cache' };
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
  }
}

/** Seconds since 1970 as oidc-provider counts them. */
function wallClock(): number {
  return Math.floor(Date.now() / 1000);
}

/** @throws MdtError MDT_LAUNCH where the file cannot be read, or holds something else */
function accountsOf(path: unknown): HashedAccount[] {
  if (path === undefined) return [];
  const field = '/options/accounts_file';
  if (typeof path !== 'string') throw new MdtError('MDT_LAUNCH', 'no path', { field });
  try {
    return readAccountsFile(path);
  } catch (cause) {
    if (!(cause instanceof MdtError)) throw new MdtError('MDT_LAUNCH', 'cannot be read', { field, cause });
    throw new MdtError('MDT_LAUNCH', `${cause.code}: ${cause.message}`, { field: `${field}${cause.field}`, cause });
  }
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
