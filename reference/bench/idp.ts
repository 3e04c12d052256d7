/** An IdP beside a bare oidc-provider that keeps everything in memory: tokens and logins, the password hash aside. */
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Provider, type Configuration, type JWK } from 'oidc-provider';
import { makeSigningKeys } from '../idp/signing-keys.ts';
import { Browser, LOGIN, TestIdp } from '../idp/test-idp.ts';
import { freePort } from '../runtime/free-port.ts';
import { launchConfiguration } from '../runtime/launch-fixture.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { measure, median, rounded, type Measured, type Measurement } from './measure.ts';

const REDIRECT = 'http://127.0.0.1:9/cb';
const CLIENT = { redirect_uris: [REDIRECT], grant_types: ['authorization_code', 'refresh_token'] };
const SCOPE = 'openid offline_access';
const AT_A_TIME = 8;
const LOGINS = 31;
const STARTS = 9;
const COMMAND_LINE = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

export function idpCalls(): Measured[] {
  return [
    { id: 'idp.token.vs-bare', measured: async () => [await tokens()] },
    { id: 'idp.login.ms', measured: async () => [await logins()] },
    { id: 'idp.start.ms', measured: async () => [await starts()] },
  ];
}

/** An ID Token and an access token for a refresh token, as a client asks again and again. */
async function tokens(): Promise<Measurement> {
  const idp = await TestIdp.start();
  const bare = await Bare.start(await makeSigningKeys());
  try {
    const registered = await registerAt(idp.issuer);
    const ours = await refreshTokens(idp.issuer, registered);
    const registeredThere = await registerAt(bare.issuer);
    const theirs = await refreshTokens(bare.issuer, registeredThere);
    const ask = async (issuer: string, client: Client, refresh: readonly string[]): Promise<void> => {
      await Promise.all(refresh.map(async (token) => refreshed(issuer, client, token)));
    };
    return await measure({
      id: 'idp.token.vs-bare',
      peerName: `oidc-provider with everything in memory and no log, ${AT_A_TIME} at a time`,
      ours: async () => ask(idp.issuer, registered, ours),
      peer: async () => ask(bare.issuer, registeredThere, theirs),
    });
  } finally {
    await bare.stop();
    await idp.stop();
  }
}

/** From discovery to an ID Token, by forms, with consent; the time of the password hash is taken off. */
async function logins(): Promise<Measurement> {
  const idp = await TestIdp.start();
  try {
    const client = await registerAt(idp.issuer);
    const times: number[] = [];
    for (let run = 0; run < LOGINS; run++) {
      const browser = new Browser(idp.issuer);
      const began = performance.now();
      await (await fetch(`${idp.issuer}/.well-known/openid-configuration`)).json();
      const page = await browser.visit(authorizeAt(client, 'openid'));
      const hashing = performance.now();
      const consent = await browser.submit(page, { ...LOGIN, choice: 'continue' });
      const hashed = performance.now() - hashing;
      const { url } = await browser.submit(consent, { choice: 'continue' });
      await exchanged(idp.issuer, client, new URL(url).searchParams.get('code') ?? '');
      await (await fetch(`${idp.issuer}/oidc/jwks`)).json();
      times.push(performance.now() - began - hashed);
    }
    const ours = rounded(median(times));
    const peerName = 'the limit of 150 ms; the answer that has the password hash in it is taken off';
    return { id: 'idp.login.ms', unit: 'ms/op', ours, peer: 150, peerName, ratio: rounded(150 / ours), runs: LOGINS };
  } finally {
    await idp.stop();
  }
}

/** From the start of the process to its line `listening`. What it waits for then, its node, is not in it. */
async function starts(): Promise<Measurement> {
  const times: number[] = [];
  for (let run = 0; run < STARTS; run++) times.push(await startOnce());
  const ours = rounded(median(times));
  const peerName = 'the limit of 2 s; of the command line as it is';
  return { id: 'idp.start.ms', unit: 'ms/op', ours, peer: 2_000, peerName, ratio: rounded(2_000 / ours), runs: STARTS };
}

async function startOnce(): Promise<number> {
  const [http, grpc] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const configuration = {
    ...launchConfiguration(),
    ...{ role: 'idp', data_dir: temporaryFolder(), listen: { http, grpc }, accounts: [LOGIN] },
    public: { issuer: `http://${http}`, grpc },
  };
  const began = performance.now();
  const idp = spawn(process.execPath, [COMMAND_LINE, 'serve', 'idp'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = once(idp, 'exit');
  idp.stdin.write(`${JSON.stringify(configuration)}\n`);
  for await (const line of createInterface({ input: idp.stdout }))
    if ((JSON.parse(line) as { event?: string }).event === 'listening') break;
  const took = performance.now() - began;
  idp.kill('SIGTERM');
  await ended;
  return took;
}

type Client = Readonly<Record<'client_id' | 'client_secret', string>>;

async function registerAt(issuer: string): Promise<Client> {
  const answer = await fetch(`${issuer}/oidc/clients`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(CLIENT),
  });
  return (await answer.json()) as Client;
}

function authorizeAt({ client_id }: Client, scope: string): string {
  const query = { client_id, redirect_uri: REDIRECT, response_type: 'code', scope, prompt: 'consent' };
  return `/oidc/authorize?${new URLSearchParams(query).toString()}`;
}

async function refreshTokens(issuer: string, client: Client): Promise<string[]> {
  const found: string[] = [];
  const browser = new Browser(issuer);
  for (let count = 0; count < AT_A_TIME; count++) {
    let page = await browser.visit(authorizeAt(client, SCOPE));
    if (page.body.includes('type="password"')) page = await browser.submit(page, { ...LOGIN, choice: 'continue' });
    const { url } = page.url.startsWith(REDIRECT) ? page : await browser.submit(page, { choice: 'continue' });
    const { refresh_token: token = '' } = await exchanged(issuer, client, new URL(url).searchParams.get('code') ?? '');
    found.push(token);
  }
  return found;
}

type Tokens = Readonly<Partial<Record<'refresh_token' | 'id_token', string>>>;

async function exchanged(issuer: string, client: Client, code: string): Promise<Tokens> {
  return asked(issuer, client, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
}

async function refreshed(issuer: string, client: Client, token: string): Promise<Tokens> {
  return asked(issuer, client, { grant_type: 'refresh_token', refresh_token: token });
}

async function asked(issuer: string, client: Client, form: Readonly<Record<string, string>>): Promise<Tokens> {
  const secret = Buffer.from(`${client.client_id}:${encodeURIComponent(client.client_secret)}`).toString('base64');
  const answer = await fetch(`${issuer}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${secret}` },
    body: new URLSearchParams(form),
  });
  const tokens = (await answer.json()) as Tokens;
  if (tokens.id_token === undefined) throw new Error(JSON.stringify(tokens));
  return tokens;
}

/** The peer: the same library with its defaults, and nobody asked anything. */
class Bare {
  readonly issuer: string;
  readonly #server: Server;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  static async start(keys: JWK[]): Promise<Bare> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings: Configuration = {
      jwks: { keys },
      routes: { authorization: '/oidc/authorize', token: '/oidc/token', registration: '/oidc/clients' },
      cookies: { keys: ['bench'] },
      scopes: ['openid', 'offline_access'],
      pkce: { required: () => false },
      rotateRefreshToken: false,
      interactions: { url: (_context, { uid }) => `/agree/${uid}` },
      features: { devInteractions: { enabled: false }, registration: { enabled: true } },
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    };
    const provider = new Provider(issuer, settings);
    const answer = provider.callback();
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/agree/') === true) void agree(provider, request, response);
      else void answer(request, response);
    });
    return new Bare(issuer, server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function agree(provider: Provider, ...exchange: Parameters<Provider['interactionDetails']>): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(...exchange);
  if (prompt.name === 'login') return provider.interactionFinished(...exchange, { login: { accountId: 'bench' } });
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params['client_id']) });
  grant.addOIDCScope(SCOPE);
  return provider.interactionFinished(...exchange, { consent: { grantId: await grant.save() } });
}
