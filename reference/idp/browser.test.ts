import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { LOGIN, TestIdp } from './test-idp.ts';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];

/** A relying party's page: it holds its session against the IdP's frame whenever it is told to. */
const RP_PAGE = `<!doctype html><html lang="en"><title>relying party</title><iframe id="op"></iframe><script>
const load = (src) => new Promise((done) => { const op = document.getElementById('op'); op.onload = done; op.src = src; });
const ask = (text, origin) => new Promise((done) => {
  addEventListener('message', (event) => event.origin === origin && done(event.data), { once: true });
  document.getElementById('op').contentWindow.postMessage(text, origin);
});</script></html>`;

describe('the IdP in a real browser', function () {
  this.timeout(60_000); // Chromium, and scrypt as OWASP has it
  let idp: TestIdp;
  let rp: Server;
  let chrome: Browser;
  let redirect: string;
  const outside: string[] = [];
  const complaints: string[] = [];

  before(async () => {
    idp = await TestIdp.start({ options: { name: 'Example IdP', device_flow: true } });
    rp = createServer((_asked, response) => response.setHeader('content-type', 'text/html').end(RP_PAGE)).listen(
      0,
      '127.0.0.1',
    );
    await once(rp, 'listening');
    redirect = `http://127.0.0.1:${(rp.address() as AddressInfo).port}/cb`;
    chrome = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
  });

  after(async () => {
    await chrome.close();
    rp.closeAllConnections();
    rp.close();
    await idp.stop();
    assert.deepEqual(idp.faults, []);
  });

  const open = async (): Promise<Page> => {
    const page = await (await chrome.newContext()).newPage();
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== idp.issuer && origin !== new URL(redirect).origin) outside.push(request.url());
    });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    return page;
  };

  const register = async (metadata: object = {}): Promise<string> => {
    const answer = await fetch(`${idp.issuer}/oidc/clients`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'A relying party', redirect_uris: [redirect], ...metadata }),
    });
    return ((await answer.json()) as { client_id: string }).client_id;
  };

  const authorize = (clientId: string): string => {
    const query = { client_id: clientId, redirect_uri: redirect, response_type: 'code', scope: 'openid', state: 's' };
    return `${idp.issuer}/oidc/authorize?${new URLSearchParams(query).toString()}`;
  };

  const signIn = async (page: Page): Promise<void> => {
    await page.getByLabel('Login').fill(LOGIN.login);
    await page.getByLabel('Password').fill(LOGIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  it('can be used by keyboard and by names, and loads nothing from elsewhere', async () => {
    const page = await open();
    await page.goto(authorize(await register()));
    assert.equal(await page.title(), 'Sign in — Example IdP');
    assert.equal(await page.evaluate('document.documentElement.lang'), 'en');
    assert.equal(await page.evaluate('document.activeElement.id'), 'login');
    await page.keyboard.type(LOGIN.login);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Password').getAttribute('aria-describedby'), 'problem');
    assert.equal(await page.getByLabel('Login').inputValue(), LOGIN.login);
    await page.keyboard.type(LOGIN.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow A relying party?' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${redirect}?*`);
    assert.match(new URL(page.url()).searchParams.get('code') ?? '', /^[\w-]+$/);
    assert.deepEqual(outside, []);
  });

  it('lets a relying party see that a session goes on, and that it has ended', async () => {
    const page = await open();
    const clientId = await register({ post_logout_redirect_uris: [redirect] });
    await page.goto(authorize(clientId));
    await signIn(page);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.waitForURL(`${redirect}?*`);
    const state = new URL(page.url()).searchParams.get('session_state') ?? '';
    const ask = async (text: string): Promise<unknown> => {
      await page.evaluate(`load(${JSON.stringify(`${idp.issuer}/oidc/session`)})`);
      return page.evaluate(`ask(${JSON.stringify(text)}, ${JSON.stringify(idp.issuer)})`);
    };
    assert.equal(await ask(`${clientId} ${state}`), 'unchanged');
    assert.equal(await ask(`another ${state}`), 'changed');
    assert.equal(await ask('nonsense'), 'error');
    const other = await page.context().newPage();
    await other.goto(
      `${idp.issuer}/oidc/logout?client_id=${clientId}&post_logout_redirect_uri=${encodeURIComponent(redirect)}`,
    );
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.waitForURL(redirect);
    assert.equal(await ask(`${clientId} ${state}`), 'changed');
  });

  it('shows who asks before a device is connected', async () => {
    const clientId = await register({
      ...{ token_endpoint_auth_method: 'none', application_type: 'native' },
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      ...{ response_types: [], redirect_uris: [] },
    });
    const begun = await fetch(`${idp.issuer}/oidc/device-authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, scope: 'openid' }),
    });
    const { user_code: code, verification_uri: uri } = (await begun.json()) as Record<string, string>;
    const page = await open();
    await page.goto(uri ?? '');
    await page.getByLabel('Code').fill('WRONG-CODE');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Code').fill(code ?? '');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText(code ?? '').waitFor();
    assert.match(await page.locator('main').innerText(), /A relying party would be signed in as you/);
    await page.getByRole('button', { name: 'It is my device' }).click();
    await signIn(page);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
  });

  it('has nothing to complain of', () => {
    assert.deepEqual(
      complaints.filter((text) => !text.includes('401')),
      [],
    );
  });
});
