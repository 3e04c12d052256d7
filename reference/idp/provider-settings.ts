/** How oidc-provider is set: what of OpenID Connect this IdP offers (spec 12). */
import {
  errors,
  type AccountClaims,
  type ClientMetadata,
  type Configuration,
  type JWK,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { Accounts } from './accounts.ts';
import { grantAdapter } from './grant-adapter.ts';
import { onlyClient } from './only-client.ts';
import { errorPage, type Page } from './pages.ts';
import {
  deviceCodePage,
  deviceConfirmPage,
  deviceDonePage,
  logoutPage,
  signedOutPage,
  stillSignedInPage,
} from './provider-pages.ts';
import { derive, type SealedRows } from './sealed-rows.ts';

/** All of OpenID Connect is below it, but for what has its place below `/.well-known/`. */
export const OPENID = '/oidc/';

export const ROUTES = {
  authorization: '/oidc/authorize',
  token: '/oidc/token',
  userinfo: '/oidc/userinfo',
  jwks: '/oidc/jwks',
  registration: '/oidc/clients',
  revocation: '/oidc/revoke',
  end_session: '/oidc/logout',
  code_verification: '/oidc/device',
  device_authorization: '/oidc/device-authorization',
} as const;

/** Where the pages of a person's login and consent are, followed by the interaction's identifier. */
export const INTERACTION = '/oidc/interaction/';
/** The page that a client's page asks whether the session goes on (Session Management 1.0, 3.2). */
export const CHECK_SESSION = '/oidc/session';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** In seconds. */
export const TTL = {
  AccessToken: 3_600,
  AuthorizationCode: 60,
  DeviceCode: 600,
  Grant: 1_209_600,
  IdToken: 3_600,
  Interaction: 3_600,
  RefreshToken: 1_209_600,
  Session: 1_209_600,
} as const;

export interface ProviderParts {
  readonly rows: SealedRows;
  readonly accounts: Accounts;
  readonly seal: Uint8Array;
  readonly issuer: string;
  readonly issuerName: string;
  /** Whether it runs where hosts are private: a regtest. */
  readonly onRegtest: boolean;
  readonly deviceFlow: boolean;
  /** What a client has to show to be registered; anybody may be where it is `undefined`. */
  readonly initialAccessToken: string | undefined;
  /** Whether it takes one client, which is its D-TA. */
  readonly isPrivate: boolean;
  /** What stands for a subject in the activity log, 32 octets, hexadecimal. */
  readonly logSubject: (subject: string) => string;
  /** Seconds since 1970, of the clock that the provider goes by. */
  readonly now: () => number;
}

/** @param keys secret JWKs, those that sign first */
export function providerSettings(parts: ProviderParts, keys: JWK[]): Configuration {
  const { rows, accounts, seal, issuer, issuerName, initialAccessToken, now } = parts;
  const secure = issuer.startsWith('https:');
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true, secure } as const;
  return {
    adapter: (model: string) => {
      const adapter = grantAdapter(model, rows, now);
      return parts.isPrivate && model === 'Client' ? onlyClient(adapter, rows) : adapter;
    },
    jwks: { keys },
    routes: ROUTES,
    ttl: TTL,
    cookies: {
      keys: [derive(seal, 'cookies').toString('base64url')],
      names: { session: 'mdt_session', interaction: 'mdt_interaction', resume: 'mdt_resume' },
      long: cookie,
      short: cookie,
    },
    scopes: ['openid', 'profile', 'offline_access'],
    claims: { openid: ['sub', 'milagro_log_subject', 'auth_time', 'amr'], profile: ['preferred_username'] },
    subjectTypes: ['public'],
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'],
      userinfoSigningAlgValues: ['RS256', 'ES256', 'EdDSA'],
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    },
    pkce: { required: (_context, client) => client.clientAuthMethod === 'none' },
    allowOmittingSingleRegisteredRedirectUri: false,
    interactions: { url: (_context, { uid }) => `${INTERACTION}${uid}` },
    extraClientMetadata: {
      properties: ['milagro_kind', 'frontchannel_logout_uri', 'frontchannel_logout_session_required'],
      validator: checkClientMetadata,
    },
    findAccount: (_context, subject) => {
      const account = accounts.bySubject(subject);
      return account && { accountId: subject, claims: () => claimsOf(account, parts.logSubject) };
    },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true, initialAccessToken: initialAccessToken ?? false },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      revocation: { enabled: true },
      userinfo: { enabled: true },
      jwtUserinfo: { enabled: true },
      deviceFlow: {
        enabled: parts.deviceFlow,
        userCodeInputSource: (context, form, _out, error) =>
          show(context, deviceCodePage(form, issuerName, error !== undefined)),
        userCodeConfirmSource: (context, form, client, { ip }, code) =>
          show(
            context,
            deviceConfirmPage(
              form,
              issuerName,
              client.clientName ?? client.clientId,
              code,
              typeof ip === 'string' ? ip : 'an unknown place',
            ),
          ),
        successSource: (context) => show(context, deviceDonePage(issuerName)),
      },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => show(context, logoutPage(form, issuerName, returnOrigin(context))),
        postLogoutSuccessSource: async (context) => {
          const { accountId } = await context.oidc.provider.Session.get(context);
          show(context, accountId === undefined ? signedOutPage(issuerName) : stillSignedInPage(issuerName));
        },
      },
    },
    ...(parts.onRegtest && { fetch: reachPrivateHosts }),
    clientBasedCORS: (_context, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === origin),
    renderError: (context, { error, error_description: description }) =>
      show(context, errorPage(error, description, context.status)),
  };
}

/** oidc-provider's own request reaches no private host, lest a client make it ask for what only this machine may; on a regtest all are. */
async function reachPrivateHosts(url: string | URL | Request, options?: RequestInit): Promise<Response> {
  const { dispatcher: _guard, ...rest } = (options ?? {}) as RequestInit & { readonly dispatcher?: unknown };
  return fetch(url, rest);
}

function claimsOf(
  { subject, login }: { subject: string; login: string },
  logSubject: ProviderParts['logSubject'],
): AccountClaims {
  return { sub: subject, milagro_log_subject: logSubject(subject), preferred_username: login };
}

/** Puts a page into an answer. */
export function show(
  context: Pick<KoaContextWithOIDC, 'status' | 'body' | 'set'>,
  { status, html, headers }: Page,
): void {
  context.status = status;
  context.set(headers);
  context.body = html;
}

function returnOrigin({ oidc }: KoaContextWithOIDC): string | undefined {
  return originOf(oidc.params?.['post_logout_redirect_uri']);
}

/** The origin of a URI, or its scheme where it has none, as a content security policy names it. */
export function originOf(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return undefined;
  const { origin, protocol } = new URL(uri);
  return origin === 'null' ? protocol : origin;
}

/** Of members that OpenID Connect's libraries do not know. Throwing refuses the registration. */
function checkClientMetadata(_context: unknown, name: string, value: unknown, metadata: ClientMetadata): void {
  if (value === undefined) return;
  const isRight = METADATA_RULES[name]?.(value, metadata) ?? true;
  if (!isRight) throw new errors.InvalidClientMetadata(`${name} is not what it has to be`);
}

const METADATA_RULES: Readonly<Record<string, (value: unknown, metadata: ClientMetadata) => boolean>> = {
  milagro_kind: (value) => value === 'app' || value === 'thing',
  frontchannel_logout_uri: isOfRedirect,
  frontchannel_logout_session_required: (value) => typeof value === 'boolean',
};

/** Scheme, host and port are those of a redirect URI (Front-Channel Logout 1.0, 2): no frame leads elsewhere. */
function isOfRedirect(uri: unknown, { redirect_uris: redirects = [] }: ClientMetadata): boolean {
  const url = typeof uri === 'string' ? URL.parse(uri) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return redirects.some((redirect) => URL.parse(redirect)?.origin === url.origin);
}
