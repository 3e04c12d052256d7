/** The dialogue with a person: login, then consent where it was not given before (MDT-IDP-016). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors, type Provider } from 'oidc-provider';
import type { LogEntry } from '../gen/schemas.ts';
import { clientOfRequest } from '../runtime/client-address.ts';
import type { Account, Accounts } from './accounts.ts';
import { readForm } from './form.ts';
import { consentPage, errorPage, loginPage, type Page } from './pages.ts';
import { INTERACTION, originOf } from './provider-settings.ts';
import { derive } from './sealed-rows.ts';

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface InteractionParts {
  readonly accounts: Accounts;
  readonly seal: Uint8Array;
  readonly issuerName: string;
  /** Whether a proxy that brings TLS stands before it. */
  readonly behindProxy: boolean;
  readonly logSubject: (subject: string) => string;
  /** Enters into the activity log. */
  readonly enter: (entry: Omit<LogEntry, 'time'>) => Promise<unknown>;
}

const MAX_LOGIN = 256;

export class Interactions {
  readonly #parts: InteractionParts;
  readonly #csrfKey: Buffer;

  constructor(parts: InteractionParts) {
    this.#parts = parts;
    this.#csrfKey = derive(parts.seal, 'csrf');
  }

  /** Whether a request target is one of an interaction. */
  static owns(target: string): boolean {
    return target.startsWith(INTERACTION);
  }

  async answer(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const details = await provider.interactionDetails(request, response);
      if (request.url?.slice(INTERACTION.length) !== details.uid)
        throw new errors.SessionNotFound('another interaction');
      if (request.method === 'POST') await this.#take(provider, details, request, response);
      else if (request.method === 'GET' || request.method === 'HEAD')
        send(response, await this.#ask(provider, details));
      else send(response, errorPage('invalid_request', 'There is nothing to do this way here.', 405));
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error;
      const { error: code, error_description: description, statusCode } = error;
      send(response, errorPage(code, description, statusCode));
    }
  }

  async #take(provider: Provider, details: Details, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    if (!this.#isOurs(details.uid, form.get('csrf')))
      throw new errors.InvalidRequest('the form is not of this dialogue');
    if (form.get('choice') === 'abort') {
      const result = { error: 'access_denied', error_description: 'the person did not agree' };
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    }
    if (details.prompt.name === 'consent') return this.#consent(provider, details, request, response);
    const login = (form.get('login') ?? '').slice(0, MAX_LOGIN);
    const { accounts, behindProxy, enter, logSubject } = this.#parts;
    const found = await accounts.check(login, form.get('password') ?? '', clientOfRequest(request, behindProxy));
    if (typeof found === 'string') return send(response, await this.#ask(provider, details, found, login));
    await enter({ event: 'login', kind: 'person', subject: logSubject(found.subject) });
    return provider.interactionFinished(request, response, { login: loginOf(found) });
  }

  async #consent(
    provider: Provider,
    details: Details,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { grantId, session, params, prompt } = details;
    const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const accountId = session?.accountId ?? '';
    const grant = known ?? new provider.Grant({ accountId, clientId: textOf(params['client_id']) });
    const { missingOIDCScope = [], missingOIDCClaims = [] } = prompt.details as Record<string, string[] | undefined>;
    if (missingOIDCScope.length > 0) grant.addOIDCScope(missingOIDCScope.join(' '));
    if (missingOIDCClaims.length > 0) grant.addOIDCClaims(missingOIDCClaims);
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent });
  }

  async #ask(
    provider: Provider,
    details: Details,
    problem?: 'wrong' | 'too-often' | 'busy',
    login?: string,
  ): Promise<Page> {
    const { uid, params, prompt } = details;
    const client = await provider.Client.find(textOf(params['client_id']));
    const returnsTo = textOf(params['redirect_uri']);
    const asking = {
      action: `${INTERACTION}${uid}`,
      csrf: this.#csrf(uid),
      clientName: client?.clientName ?? client?.clientId ?? '',
      issuerName: this.#parts.issuerName,
      returnsTo: hostOf(returnsTo),
      leadsTo: originOf(returnsTo),
      links: { 'privacy policy': client?.policyUri, 'terms of service': client?.tosUri },
    };
    if (prompt.name !== 'consent')
      return loginPage(asking, problem, login ?? textOf(params['login_hint']).slice(0, MAX_LOGIN));
    return consentPage(asking, textOf(params['scope']).split(' ').filter(Boolean));
  }

  #csrf(uid: string): string {
    return createHmac('sha256', this.#csrfKey).update(uid).digest('base64url');
  }

  #isOurs(uid: string, token: string | null): boolean {
    const [expected, given] = [Buffer.from(this.#csrf(uid)), Buffer.from(token ?? '')];
    return expected.length === given.length && timingSafeEqual(expected, given);
  }
}

/** A person who has given a password: `pwd` (RFC 8176). */
function loginOf({ subject }: Account): { accountId: string; amr: string[] } {
  return { accountId: subject, amr: ['pwd'] };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function hostOf(uri: string): string {
  const parsed = URL.parse(uri);
  return parsed?.host === '' || !parsed ? uri : parsed.host;
}

function send(response: ServerResponse, { status, html, headers }: Page): void {
  response.writeHead(status, headers).end(response.req.method === 'HEAD' ? undefined : html);
}
