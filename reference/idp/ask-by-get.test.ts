import assert from 'node:assert/strict';
import { TestIdp } from './test-idp.ts';

const FORM = 'application/x-www-form-urlencoded';
const REDIRECT = 'http://127.0.0.1:9/cb';

describe('a request that a page of a client posts', () => {
  let idp: TestIdp;

  before(async () => {
    idp = await TestIdp.start();
  });

  after(async () => {
    await idp.stop();
    assert.deepEqual(idp.faults, []);
  });

  const post = async (
    path: string,
    body: string | Buffer<ArrayBuffer> | URLSearchParams,
    type = FORM,
  ): Promise<Response> =>
    fetch(`${idp.issuer}${path}`, { method: 'POST', redirect: 'manual', headers: { 'content-type': type }, body });

  for (const path of ['/oidc/authorize', '/oidc/logout'])
    it(`is asked again by GET, at ${path}`, async () => {
      const answer = await post(path, new URLSearchParams({ state: 'a b', ui_locales: 'é' }));
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.get('location'), `${path}?state=a+b&ui_locales=%C3%A9`);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    });

  it('may be a logout (RP-Initiated Logout 1.0, 2)', async () => {
    const made = await fetch(`${idp.issuer}/oidc/clients`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT], post_logout_redirect_uris: [REDIRECT] }),
    });
    const { client_id } = (await made.json()) as { client_id: string };
    const asked = await post('/oidc/logout', new URLSearchParams({ client_id, post_logout_redirect_uri: REDIRECT }));
    const answer = await fetch(new URL(asked.headers.get('location') ?? '', idp.issuer));
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /action="[^"]*\/oidc\/logout\/confirm"/);
  });

  for (const [what, body, type] of [
    ['is of another type', '{}', 'application/json'],
    ['is too large', `state=${'x'.repeat(9_000)}`, FORM],
    ['is far too large', `state=${'x'.repeat(300_000)}`, FORM],
    ['has letters that are three times as long in an address', `state=${'é'.repeat(1_500)}`, FORM],
    ['has octets that are no letters', Buffer.concat([Buffer.from('state='), Buffer.alloc(4_000, 0xff)]), FORM],
  ] as const)
    it(`is refused by a page where it ${what}`, async () => {
      const answer = await post('/oidc/authorize', body, type);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.get('location'), null);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
      assert.match(await answer.text(), /<code>invalid_request<\/code>/);
    });
});
