import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { LOGIN, TestIdp } from './test-idp.ts';

const REDIRECT = 'http://127.0.0.1:9/cb';
const PKCE = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
const FORM = 'application/x-www-form-urlencoded';

interface Answer {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('addresses that the IdP gives', function () {
  this.timeout(20_000); // scrypt as OWASP has it
  let idp: TestIdp;

  afterEach(async () => {
    await idp.stop();
    assert.deepEqual(idp.faults, []);
  });

  /** Asks in the name of another host, as a proxy does that keeps none, or somebody who wants to be led to. */
  const ask = async (
    idp: TestIdp,
    method: string,
    address: string,
    { body = '', ...headers }: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const elsewhere = { host: 'evil.example', 'x-forwarded-host': 'evil.example', connection: 'close' };
    const asking = request(new URL(address, idp.issuer), { method, headers: { ...elsewhere, ...headers } });
    asking.end(body);
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    return { headers: answer.headers, body: await text(answer) };
  };

  const register = async (
    idp: TestIdp,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, string>> => {
    const body = JSON.stringify({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' });
    const made = await ask(idp, 'POST', '/oidc/clients', { 'content-type': 'application/json', body, ...more });
    return JSON.parse(made.body) as Record<string, string>;
  };

  it('are of its issuer, whatever host a request names', async () => {
    idp = await TestIdp.start();
    const { client_id = '', registration_client_uri: managed } = await register(idp);
    assert.equal(managed, `${idp.issuer}/oidc/clients/${client_id}`);
    const query = { client_id, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid', ...PKCE };
    const begun = await ask(idp, 'GET', `/oidc/authorize?${new URLSearchParams(query).toString()}`);
    const at = begun.headers.location ?? '';
    const cookie = (begun.headers['set-cookie'] ?? []).map((set) => set.split(';')[0]).join('; ');
    const page = await ask(idp, 'GET', at, { cookie });
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, ...LOGIN, choice: 'continue' }).toString();
    const goesOn = await ask(idp, 'POST', at, { cookie, body, 'content-type': FORM });
    assert.equal(new URL(goesOn.headers.location ?? '', idp.issuer).origin, idp.issuer);
    const logout = await ask(idp, 'GET', '/oidc/logout');
    assert.ok(logout.body.includes(`action="${idp.issuer}/oidc/logout/confirm"`));
  });

  it('are of its issuer behind a proxy, too', async () => {
    const address = { issuer: 'https://idp.example', grpc: 'idp.example:8081' };
    idp = await TestIdp.start({ public: address });
    const { registration_client_uri: managed } = await register(idp, { 'x-forwarded-proto': 'https' });
    assert.match(managed ?? '', /^https:\/\/idp\.example\/oidc\/clients\//);
  });
});
