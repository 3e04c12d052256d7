/**
 * RFC 8693 for apps and things, which have no browser: a client that holds a registered key proves that it does, and gets an
 * ID Token about itself for another client, a D-TA's, with the nonce that it was given there (MDT-IDP-021).
 */
import { createHash, type JsonWebKey } from 'node:crypto';
import { errors, type Client, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { LogEntry } from '../gen/schemas.ts';
import { TTL } from './provider-settings.ts';
import { isBy, isFor, isSigned, isTimely, readJwt, TOLERANCE_SECONDS } from './subject-token.ts';

export const TOKEN_EXCHANGE_PARAMETERS = [
  'audience',
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'scope',
] as const;

const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
const ID_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:id_token';
export interface ExchangeParts {
  readonly logSubject: (subject: string) => string;
  readonly enter: (entry: Omit<LogEntry, 'time'>) => Promise<unknown>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Whether this is the first time that a subject token is shown. */
  readonly isNew: (clientId: string, jti: string, until: number) => boolean;
}

/** The handler of the grant type. */
export function tokenExchange(provider: Provider, parts: ExchangeParts) {
  return async (context: KoaContextWithOIDC): Promise<void> => {
    const { client, params = {} } = context.oidc;
    if (!client) throw new errors.InvalidClient('no client');
    const kind = client.metadata()['milagro_kind'];
    if ((kind !== 'app' && kind !== 'thing') || client.clientAuthMethod !== 'private_key_jwt')
      throw new errors.UnauthorizedClient('only an app or a thing with a registered key exchanges tokens');
    expect(params['subject_token_type'] === JWT_TYPE, `subject_token_type is not ${JWT_TYPE}`);
    expect(params['requested_token_type'] === ID_TOKEN_TYPE, `requested_token_type is not ${ID_TOKEN_TYPE}`);
    const audience = await provider.Client.find(text(params['audience'], 'audience'));
    if (!audience) throw new errors.InvalidTarget('the audience is no client of this IdP');
    const { nonce } = readSubjectToken(text(params['subject_token'], 'subject_token'), client, provider, parts);
    const idToken = await issue(provider, context, { client, audience, nonce, parts });
    await parts.enter({
      event: 'token_issued',
      kind,
      subject: parts.logSubject(client.clientId),
      commitment: createHash('sha256').update(idToken).digest('hex'),
    });
    context.body = {
      access_token: idToken,
      issued_token_type: ID_TOKEN_TYPE,
      token_type: 'N_A',
      expires_in: TTL.IdToken,
    };
  };
}

interface Issuing {
  readonly client: Client;
  readonly audience: Client;
  readonly nonce: string;
  readonly parts: ExchangeParts;
}

async function issue(
  provider: Provider,
  context: KoaContextWithOIDC,
  { client, audience, nonce, parts }: Issuing,
): Promise<string> {
  const claims = { sub: client.clientId, milagro_log_subject: parts.logSubject(client.clientId) };
  const token = new provider.IdToken(claims, { ctx: context, client: audience });
  Object.assign(token, { scope: 'openid' });
  token.set('nonce', nonce);
  token.set('auth_time', parts.now());
  token.set('amr', ['pop']);
  return token.issue({ use: 'idtoken' });
}

/** @throws InvalidRequest, InvalidGrant */
function readSubjectToken(token: string, client: Client, provider: Provider, parts: ExchangeParts): { nonce: string } {
  const jwt = readJwt(token);
  if (!jwt) throw new errors.InvalidRequest('subject_token is no JWT');
  const { exp, jti, nonce } = jwt.claims;
  const grant = (holds: boolean, message: string): void => {
    if (!holds) throw new errors.InvalidGrant(message);
  };
  grant(isSigned(jwt, (client.jwks?.keys ?? []) as JsonWebKey[]), 'subject_token is not signed by a key of the client');
  grant(isBy(jwt.claims, client.clientId), 'subject_token is of another');
  grant(isFor(jwt.claims, provider.issuer), 'subject_token is for another');
  grant(isTimely(jwt.claims, parts.now()), 'subject_token has expired, or lives longer than 300 s');
  if (typeof jti !== 'string' || jti === '' || jti.length > 256)
    throw new errors.InvalidGrant('subject_token has no jti');
  if (typeof nonce !== 'string' || nonce === '' || nonce.length > 512)
    throw new errors.InvalidGrant('subject_token has no nonce');
  grant(parts.isNew(client.clientId, jti, Number(exp) + TOLERANCE_SECONDS), 'subject_token was shown before');
  return { nonce };
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new errors.InvalidRequest(`${name} is missing`);
}

function expect(holds: boolean, message: string): asserts holds {
  if (!holds) throw new errors.InvalidRequest(message);
}
