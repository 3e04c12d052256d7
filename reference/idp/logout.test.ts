import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';
import { Browser, LOGIN, TestIdp, type Visit } from './test-idp.ts';

const INSECURE = { execute: [client.allowInsecureRequests] };

describe('a logout at the IdP', function () {
  this.timeout(20_000); // scrypt as OWASP has it, and RSA keys
  let idp: TestIdp;
  let rp: Server;
  let at: string;
  let config: client.Configuration;
  let browser: Browser;

  beforeEach(async () => {
    idp = await TestIdp.start();
    rp = createServer((_asked, response) => response.end()).listen(0, '127.0.0.1');
    await once(rp, 'listening');
    at = `http://127.0.0.1:${(rp.address() as AddressInfo).port}`;
    const metadata = {
      redirect_uris: [`${at}/cb`],
      post_logout_redirect_uris: [`${at}/out`],
      frontchannel_logout_uri: `${at}/front`,
    };
    config = await client.dynamicClientRegistration(new URL(idp.issuer), metadata, undefined, INSECURE);
    browser = new Browser(idp.issuer);
    const asked = await browser.submit(await browser.visit(authorization()), { ...LOGIN, choice: 'continue' });
    await browser.submit(asked, { choice: 'continue' });
  });

  afterEach(async () => {
    rp.closeAllConnections();
    rp.close();
    await idp.stop();
    assert.deepEqual(idp.faults, []);
  });

  const authorization = (more: Record<string, string> = {}): URL =>
    client.buildAuthorizationUrl(config, { redirect_uri: `${at}/cb`, scope: 'openid', ...more });
  const errorOfSilent = async (): Promise<string | null> =>
    new URL((await browser.visit(authorization({ prompt: 'none' }))).url).searchParams.get('error');
  const headingOf = ({ body }: Visit): string | undefined => /<h1>(.*?)<\/h1>/.exec(body)?.[1];

  it('is none where the person stays signed in', async () => {
    const state = browser.cookies.get('mdt_browser_state');
    assert.ok(state);
    const entries = idp.entered.length;
    const stayed = await browser.submit(await browser.visit('/oidc/logout'), {});
    assert.equal(headingOf(stayed), 'You are still signed in');
    assert.ok(!stayed.body.includes('<iframe'));
    assert.equal(browser.cookies.get('mdt_browser_state'), state);
    assert.deepEqual(idp.entered.slice(entries), []);
    assert.equal(await errorOfSilent(), null);
  });

  it('is one where the person agrees', async () => {
    const ended = await browser.submit(await browser.visit('/oidc/logout'), { logout: 'yes' });
    assert.equal(headingOf(ended), 'You are signed out');
    assert.match(ended.body, /<iframe /);
    assert.equal(browser.cookies.get('mdt_browser_state'), undefined);
    assert.equal(idp.entered.at(-1)?.event, 'logout');
    assert.equal(await errorOfSilent(), 'login_required');
  });

  it('shows no page of a logout to whoever is signed in', async () => {
    assert.equal(headingOf(await browser.visit('/oidc/logout/success')), 'You are still signed in');
    assert.equal(headingOf(await new Browser(idp.issuer).visit('/oidc/logout/success')), 'You are signed out');
  });
});
