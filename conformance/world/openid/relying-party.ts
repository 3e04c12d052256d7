/**
 * A relying party at the target: openid-client, an implementation that is certified and nobody's here, asks and believes what
 * it believes; what it was answered is kept as it came, for the checks to judge.
 */
import * as client from 'openid-client';
import type { HttpResult } from '../http-client.ts';
import type { Subject } from '../subject.ts';
import type { HttpAsk } from '../visitor.ts';

/** What came of a request of openid-client. */
export interface Answer {
  /** The last answer on the way. */
  readonly result: HttpResult;
  /** Why openid-client does not take it, in its words. */
  readonly complaint?: string;
}

export interface TokenAnswer extends Answer {
  readonly idToken?: string;
  readonly accessToken?: string;
  readonly refreshToken?: string;
}

/** An authorization request, with what belongs to it. */
export interface Request {
  readonly url: URL;
  readonly verifier: string;
  /** Absent where none was sent. */
  readonly nonce?: string;
  readonly state: string;
  readonly redirectUri: string;
}

const FORM = 'application/x-www-form-urlencoded';

export class RelyingParty {
  readonly #wire: Wire;
  readonly #configuration: client.Configuration;
  readonly #shows: client.ClientAuth;
  readonly id: string;
  readonly secret: string | undefined;
  /** What manages the client; absent where it was not told. */
  readonly managedAt: string | undefined;
  readonly managedBy: string | undefined;
  readonly redirectUri: string;

  private constructor(wire: Wire, configuration: client.Configuration, shows: client.ClientAuth) {
    this.#wire = wire;
    this.#configuration = configuration;
    this.#shows = shows;
    const metadata: Readonly<Record<string, unknown>> = configuration.clientMetadata();
    const text = (name: string): string | undefined => {
      const { [name]: value } = metadata;
      return typeof value === 'string' ? value : undefined;
    };
    this.id = text('client_id') ?? '';
    this.secret = text('client_secret');
    this.managedAt = text('registration_client_uri');
    this.managedBy = text('registration_access_token');
    const { redirect_uris: uris } = metadata as { redirect_uris?: readonly string[] };
    this.redirectUri = uris?.[0] ?? '';
    client.enableNonRepudiationChecks(configuration);
  }

  /**
   * Discovers the target, and registers there.
   * @param shows by what it says who it is at the token endpoint: as it registers to, where that is left out
   */
  static async register(
    subject: Subject,
    metadata: Readonly<Record<string, unknown>>,
    shows: client.ClientAuth = shownBy(metadata),
  ): Promise<{ answer: Answer; party?: RelyingParty }> {
    const wire = new Wire(subject);
    let party: RelyingParty | undefined;
    const answer = await wire.asking(async () => {
      const configuration = await client.dynamicClientRegistration(
        new URL(subject.configuration.public.issuer),
        metadata as Partial<client.ClientMetadata>,
        shows,
        { execute: [client.allowInsecureRequests], [client.customFetch]: wire.fetch },
      );
      configuration[client.customFetch] = wire.fetch;
      party = new RelyingParty(wire, configuration, shows);
    });
    return { answer, ...(party && { party }) };
  }

  /** An authentication request by the code flow with PKCE. */
  async request(more: Readonly<Record<string, string | undefined>> = {}): Promise<Request> {
    const [verifier, nonce, state] = [client.randomPKCECodeVerifier(), client.randomNonce(), client.randomState()];
    const parameters: Record<string, string | undefined> = {
      ...{ redirect_uri: this.redirectUri, scope: 'openid profile', nonce, state },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...more,
    };
    const given = Object.entries(parameters).filter((each): each is [string, string] => each[1] !== undefined);
    const url = client.buildAuthorizationUrl(this.#configuration, Object.fromEntries(given));
    const sent = parameters['nonce'];
    const redirectUri = parameters['redirect_uri'] ?? '';
    return { url, verifier, state, redirectUri, ...(sent !== undefined && { nonce: sent }) };
  }

  /** Exchanges the code of an authorization response, and checks all that OpenID Connect Core 3.1.3.7 has. */
  async exchange(request: Request, response: string): Promise<TokenAnswer> {
    const answer = await this.#wire.asking(async () => {
      await client.authorizationCodeGrant(this.#configuration, new URL(response), {
        ...{ pkceCodeVerifier: request.verifier, expectedState: request.state, idTokenExpected: true },
        ...(request.nonce !== undefined && { expectedNonce: request.nonce }),
      });
    }, this.#endpoint('token_endpoint'));
    return { ...answer, ...tokensIn(answer.result) };
  }

  /** Sends a code as it is told to, and believes nothing. */
  async redeem(code: string, redirectUri: string, verifier: string | undefined): Promise<HttpResult> {
    const form = new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri },
      ...(verifier !== undefined && { code_verifier: verifier }),
    });
    const headers = new Headers();
    this.#shows(this.#configuration.serverMetadata(), this.#configuration.clientMetadata(), form, headers);
    return this.#post(this.#endpoint('token_endpoint'), form, Object.fromEntries(headers));
  }

  /** Asks for an ID Token for a proof of a key (RFC 8693). */
  async exchangeToken(subjectToken: string, audience: string): Promise<Answer> {
    return this.#wire.asking(async () => {
      await client.genericGrantRequest(this.#configuration, 'urn:ietf:params:oauth:grant-type:token-exchange', {
        ...{ audience, subject_token: subjectToken },
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        requested_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      });
    }, this.#endpoint('token_endpoint'));
  }

  /** Asks for new tokens by a refresh token, and checks what OpenID Connect Core 12.2 has. */
  async refresh(refreshToken: string): Promise<TokenAnswer> {
    const endpoint = this.#endpoint('token_endpoint');
    const answer = await this.#wire.asking(async () => {
      await client.refreshTokenGrant(this.#configuration, refreshToken);
    }, endpoint);
    return { ...answer, ...tokensIn(answer.result) };
  }

  /**
   * Sends a form to the token endpoint, and believes nothing.
   * @param basic name and password in `Authorization`
   */
  async token(form: Readonly<Record<string, string>>, basic?: string): Promise<HttpResult> {
    const shows = basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` };
    return this.#post(this.#endpoint('token_endpoint'), new URLSearchParams(form), shows);
  }

  async userInfo(accessToken: string | undefined, how: 'GET' | 'POST' | 'body' = 'GET'): Promise<HttpResult> {
    const endpoint = this.#endpoint('userinfo_endpoint');
    if (accessToken === undefined) return this.#wire.ask(endpoint, {});
    if (how === 'GET') return this.#wire.ask(endpoint, { headers: bearer(accessToken) });
    if (how === 'POST') return this.#wire.ask(endpoint, { method: 'POST', headers: bearer(accessToken) });
    return this.#post(endpoint, new URLSearchParams({ access_token: accessToken }));
  }

  endSession(parameters: Record<string, string>): URL {
    return client.buildEndSessionUrl(this.#configuration, parameters);
  }

  /** Reads, changes or removes what is registered (RFC 7592). */
  async manage(method: 'GET' | 'PUT' | 'DELETE', token: string | undefined, metadata?: object): Promise<HttpResult> {
    const body = metadata && JSON.stringify(metadata);
    return this.#wire.ask(this.managedAt ?? '', {
      method,
      headers: { ...(token !== undefined && bearer(token)), ...(metadata && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
    });
  }

  async #post(url: string, form: URLSearchParams, shows: Readonly<Record<string, string>> = {}): Promise<HttpResult> {
    const headers = { 'content-type': FORM, ...shows };
    return this.#wire.ask(url, { method: 'POST', headers, body: form.toString() });
  }

  #endpoint(name: 'token_endpoint' | 'userinfo_endpoint'): string {
    return this.#configuration.serverMetadata()[name] ?? '';
  }
}

/** Requests to the target and to nobody else, each as it came. */
class Wire {
  readonly #subject: Subject;
  #answers: { url: string; result: HttpResult }[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async ask(url: string, asked: HttpAsk): Promise<HttpResult> {
    const { issuer } = this.#subject.configuration.public;
    if (!url.startsWith(`${issuer}/`)) return { failed: `${url} is not at the issuer` };
    const result = await this.#subject.http(url.slice(issuer.length), asked);
    this.#answers.push({ url, result });
    return result;
  }

  readonly fetch: client.CustomFetch = async (url, { method, headers, body }) => {
    const text = body === undefined || body === null ? undefined : await new Response(body as string).text();
    const asked = { method, headers: { ...headers }, ...(text !== undefined && { body: text }) };
    const result = await this.ask(url, asked);
    if ('failed' in result) throw new TypeError(result.failed);
    const fields = Object.entries(result.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const empty = [204, 205, 304].includes(result.status);
    return new Response(empty ? null : new Uint8Array(result.body), { status: result.status, headers: fields });
  };

  /**
   * Does something with openid-client, and gives what it was answered and what it says against that.
   * @param endpoint whose answer is wanted, where others are asked after it
   */
  async asking(work: () => Promise<void>, endpoint?: string): Promise<Answer> {
    this.#answers = [];
    const complaint = await work().then(
      () => undefined,
      (error: unknown) => complaintOf(error),
    );
    const found = this.#answers.findLast(({ url }) => endpoint === undefined || url === endpoint);
    const { result } = found ?? { result: { failed: 'nothing was asked' } };
    return { result, ...(complaint !== undefined && { complaint }) };
  }
}

/** A client that registers no method has registered `client_secret_basic`, and a provider may hold it to that (RFC 7591, 2). */
function shownBy({ token_endpoint_auth_method: method }: Readonly<Record<string, unknown>>): client.ClientAuth {
  return method === 'none' ? client.None() : client.ClientSecretBasic();
}

function complaintOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { error: code } = error as { error?: unknown };
  return typeof code === 'string' ? `${code}: ${error.message}` : error.message;
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

type Tokens = Pick<TokenAnswer, 'idToken' | 'accessToken' | 'refreshToken'>;

function tokensIn(result: HttpResult): Tokens {
  if ('failed' in result) return {};
  try {
    const said = JSON.parse(result.body.toString('utf8')) as Readonly<Record<string, unknown>>;
    const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken } = said;
    return {
      ...(typeof idToken === 'string' && { idToken }),
      ...(typeof accessToken === 'string' && { accessToken }),
      ...(typeof refreshToken === 'string' && { refreshToken }),
    };
  } catch {
    return {};
  }
}
