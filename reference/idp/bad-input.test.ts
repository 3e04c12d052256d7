import assert from 'node:assert/strict';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { Browser, LOGIN, TestIdp } from './test-idp.ts';

const RUNS = 150 * Number(process.env['FUZZ'] ?? 1);
const REDIRECT = 'http://127.0.0.1:9/cb';

/** What a parameter may be made of: what is right, what is nearly right, and what is made to do harm. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  client_id: ['CLIENT', 'nobody', ''],
  redirect_uri: [REDIRECT, `${REDIRECT}/..`, 'http://127.0.0.1:9', 'javascript:alert(1)', 'https://evil.example/cb'],
  response_type: ['code', 'token', 'code id_token', ''],
  scope: ['openid', 'openid profile offline_access', 'openid openid', ''],
  response_mode: ['query', 'fragment', 'form_post', 'web_message'],
  prompt: ['none', 'login', 'consent', 'none login', 'create'],
  max_age: ['0', '-1', '1e9', '99999999999999999999'],
  id_token_hint: ['a.b.c', 'eyJhbGciOiJub25lIn0.e30.'],
  code_challenge: ['x', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  code_challenge_method: ['S256', 'plain'],
  request: ['eyJhbGciOiJub25lIn0.e30.'],
  request_uri: ['http://127.0.0.1:1/', 'urn:x'],
  claims: ['{', '{"id_token":{"sub":{"value":"x"}}}'],
  registration: ['{}'],
  grant_type: [
    ...['authorization_code', 'refresh_token', 'client_credentials', 'password'],
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  code: ['x', ''],
  code_verifier: ['x'.repeat(43), 'x'],
  refresh_token: ['x'],
  subject_token: ['x', 'a.b.c', 'e30.e30.e30'],
  token: ['x'],
  user_code: ['AAAA-AAAA'],
  post_logout_redirect_uri: ['https://evil.example', REDIRECT],
  resource: ['acct:a@b', 'https://[', '%'],
  rel: ['x'],
};
const ENDPOINTS = [
  ...[
    '/oidc/authorize',
    '/oidc/token',
    '/oidc/userinfo',
    '/oidc/jwks',
    '/oidc/clients',
    '/oidc/revoke',
    '/oidc/logout',
  ],
  ...[
    '/oidc/logout/confirm',
    '/oidc/logout/success',
    '/oidc/device',
    '/oidc/device/x',
    '/oidc/device-authorization',
    '/oidc/session',
  ],
  ...['/oidc/interaction/x', '/.well-known/webfinger', '/.well-known/oauth-authorization-server', '/oidc/clients/x'],
];

describe('bad input to the IdP', function () {
  this.timeout(60_000 * Number(process.env['FUZZ'] ?? 1));
  let idp: TestIdp;
  let clientId: string;

  before(async () => {
    idp = await TestIdp.start({ options: { device_flow: true } });
    const made = await fetch(`${idp.issuer}/oidc/clients`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }),
    });
    clientId = ((await made.json()) as { client_id: string }).client_id;
  });

  after(async () => idp.stop());

  const parameter = fc
    .constantFrom(...Object.keys(PARAMETERS))
    .chain((name) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof(
          fc.constantFrom(...(PARAMETERS[name] ?? [])),
          fc.string({ unit: 'binary' }),
          fc.constant('\r\nx-evil: 1'),
        ),
      ),
    );
  const request = fc.record({
    endpoint: fc.constantFrom(...ENDPOINTS),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'),
    parameters: fc.array(parameter, { maxLength: 9 }),
    accept: fc.constantFrom('application/json', 'text/html', '*/*'),
    authorization: fc.option(fc.constantFrom('Bearer x', 'Basic eDp5', 'Basic %', 'DPoP x')),
    body: fc.constantFrom('form', 'json', 'broken json', 'nothing'),
  });

  it(`is answered by an error of OAuth, never by a fault (${RUNS} requests)`, async () => {
    const ask = async ({ endpoint, method, parameters, accept, authorization, body }: RequestOf): Promise<void> => {
      const given = parameters.map(([name, value]): [string, string] => [name, value.replace('CLIENT', clientId)]);
      const form = new URLSearchParams(given);
      const inBody = body !== 'nothing' && !['GET', 'HEAD', 'OPTIONS'].includes(method);
      const url = `${idp.issuer}${endpoint}${inBody ? '' : `?${form.toString()}`}`;
      const answer = await fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          accept,
          ...(authorization && { authorization }),
          ...(inBody && { 'content-type': body === 'form' ? 'application/x-www-form-urlencoded' : 'application/json' }),
        },
        ...(inBody && {
          body: { form, json: JSON.stringify(Object.fromEntries(given)), 'broken json': '{"a":' }[body],
        }),
      });
      const text = await answer.text();
      assert.ok(answer.status < 500, `${method} ${url} ${answer.status} ${text}`);
      assert.ok(!/node_modules|\.ts:\d|^\s+at /m.test(text), text);
      assert.equal(answer.headers.get('x-evil'), null);
      const location = answer.headers.get('location') ?? '/';
      const leadsTo = new URL(location, idp.issuer);
      assert.ok([idp.issuer, new URL(REDIRECT).origin].includes(leadsTo.origin), `it redirects to ${location}`);
      const type = answer.headers.get('content-type') ?? '';
      if (answer.status < 400 || !type.includes('json') || method === 'HEAD') return;
      const { error, code } = JSON.parse(text) as { error?: unknown; code?: unknown };
      assert.equal(typeof (type.startsWith('application/problem+json') ? code : error), 'string');
    };
    await fc.assert(fc.asyncProperty(request, ask), { numRuns: RUNS, seed: Number(process.env['SEED'] ?? 1) });
    assert.deepEqual(idp.faults, []);
  });

  it('is refused where it is too large, in a body or in a form of the pages', async () => {
    const large = 'x'.repeat(200_000);
    for (const [path, type] of [
      ['/oidc/token', 'application/x-www-form-urlencoded'],
      ['/oidc/clients', 'application/json'],
    ] as const) {
      const answer = await fetch(`${idp.issuer}${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: type.includes('json') ? JSON.stringify({ redirect_uris: [REDIRECT], client_name: large }) : `a=${large}`,
      });
      assert.ok([400, 413].includes(answer.status), `${path} ${answer.status}`);
    }
    const browser = new Browser(idp.issuer);
    const query = { client_id: clientId, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid' };
    const pkce = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    const page = await browser.visit(`/oidc/authorize?${new URLSearchParams({ ...query, ...pkce }).toString()}`);
    const answer = await browser.submit(page, { ...LOGIN, password: large, choice: 'continue' });
    assert.equal(answer.status, 400);
  });

  it('is refused where it is no HTTP that a header could be hidden in', async () => {
    const { hostname, port } = new URL(idp.issuer);
    for (const head of ['GET /oidc/authorize HTTP/1.1\r\n\r\n', 'GET /oidc/\0 HTTP/1.1\r\nhost: x\r\n\r\n']) {
      const socket = connect(Number(port), hostname);
      socket.end(head);
      const parts: Buffer[] = [];
      for await (const part of socket as AsyncIterable<Buffer>) parts.push(part);
      assert.match(Buffer.concat(parts).toString(), /^HTTP\/1\.1 400 /);
    }
  });

  type RequestOf = Parameters<Parameters<(typeof request)['map']>[0]>[0];
});
