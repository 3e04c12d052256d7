import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MdtError } from '../core/errors.ts';
import { TestIdp } from './test-idp.ts';

const TOKEN = 'an-initial-token-of-tests';
const REDIRECT = 'http://127.0.0.1:9/cb';

/** A registration whose request has come and whose body has not. */
async function beginRegistering(issuer: string): Promise<() => Promise<number | undefined>> {
  const body = JSON.stringify({ redirect_uris: [REDIRECT] });
  const headers = {
    ...{ 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' },
    ...{ authorization: `Bearer ${TOKEN}`, connection: 'close' },
  };
  const asking = request(`${issuer}/oidc/clients`, { method: 'POST', headers });
  const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
  asking.flushHeaders();
  await once(asking, 'continue');
  return async () => {
    asking.end(body);
    const [answer] = await answered;
    answer.resume();
    return answer.statusCode;
  };
}

describe('who may be a client or a person of an IdP', function () {
  this.timeout(20_000); // scrypt as OWASP has it
  let idp: TestIdp | undefined;

  afterEach(async () => {
    await idp?.stop();
    assert.deepEqual(idp?.faults ?? [], []);
    idp = undefined;
  });

  const register = async (token: string | undefined, metadata: object = {}): Promise<Response> =>
    fetch(`${idp?.issuer}/oidc/clients`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        connection: 'close',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ redirect_uris: [REDIRECT], ...metadata }),
    });

  it('is one client alone, where the IdP is private', async () => {
    idp = await TestIdp.start({ registration: { access: 'private', initial_access_token: TOKEN } });
    assert.equal((await register(undefined)).status, 401);
    assert.equal((await register('another-token-altogether')).status, 401);
    assert.equal((await register(TOKEN)).status, 201);
    const second = await register(TOKEN);
    assert.equal(second.status, 403);
    assert.equal(((await second.json()) as { error: string }).error, 'access_denied');
    const stranger = await register(undefined);
    assert.equal(stranger.status, 401);
    assert.equal(((await stranger.json()) as { error: string }).error, 'invalid_token');
    await idp.stop();
    await idp.open();
    assert.equal((await register(TOKEN)).status, 403);
  });

  it('is one client alone, where two register at once at a private IdP', async () => {
    idp = await TestIdp.start({ registration: { access: 'private', initial_access_token: TOKEN } });
    const { issuer } = idp;
    const begun = await Promise.all([beginRegistering(issuer), beginRegistering(issuer)]);
    const statuses = await Promise.all(begun.map((finish) => finish()));
    assert.deepEqual(new Set(statuses), new Set([201, 403]));
    assert.equal(idp.entered.length, 1);
  });

  it('is no client of a private IdP that was not told so, as it could not be entered', async () => {
    idp = await TestIdp.start({ registration: { access: 'private', initial_access_token: TOKEN } });
    idp.refuses = new MdtError('MDT_STATE', 'the disk is full');
    assert.equal((await register(TOKEN)).status, 503);
    idp.refuses = undefined;
    assert.equal((await register(TOKEN)).status, 201);
  });

  it('refuses metadata that are none, with the member at fault', async () => {
    idp = await TestIdp.start();
    for (const [metadata, member] of [
      [{ milagro_kind: 'robot' }, 'milagro_kind'],
      [{ frontchannel_logout_uri: 'javascript:alert(1)' }, 'frontchannel_logout_uri'],
      [{ frontchannel_logout_uri: 'https://127.0.0.1:9/front' }, 'frontchannel_logout_uri'],
      [{ frontchannel_logout_uri: 'http://127.0.0.1:10/front' }, 'frontchannel_logout_uri'],
      [{ frontchannel_logout_uri: ['http://127.0.0.1:9/front'] }, 'frontchannel_logout_uri'],
      [{ redirect_uris: ['https://rp.example/#fragment'] }, 'redirect_uris'],
      [{ subject_type: 'pairwise' }, 'subject_type'],
      [{ response_types: ['token'] }, 'response_types'],
    ] as const) {
      const answer = await register(undefined, metadata);
      const { error, error_description: description } = (await answer.json()) as Record<string, string>;
      assert.equal(answer.status, 400, member);
      assert.match(error ?? '', /^invalid_(client_metadata|redirect_uri)$/);
      assert.match(description ?? '', new RegExp(member));
    }
    assert.deepEqual(idp.entered, []);
  });

  it('is managed by whoever has its token', async () => {
    idp = await TestIdp.start();
    const made = (await (await register(undefined)).json()) as Record<string, string>;
    const uri = made['registration_client_uri'] ?? '';
    const by = (token: string, init: RequestInit = {}): Promise<Response> =>
      fetch(uri, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
    assert.equal((await by('nothing')).status, 401);
    const read = await by(made['registration_access_token'] ?? '');
    assert.equal(read.status, 200);
    const {
      client_id,
      client_secret,
      registration_access_token: token = '',
    } = (await read.json()) as Record<string, string>;
    const changed = await by(token === '' ? (made['registration_access_token'] ?? '') : token, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id, client_secret, redirect_uris: [`${REDIRECT}/2`] }),
    });
    assert.equal(changed.status, 200);
    const { registration_access_token: rotated = '' } = (await changed.json()) as Record<string, string>;
    assert.equal((await by(made['registration_access_token'] ?? '')).status, 401, 'the token before');
    assert.equal((await by(rotated, { method: 'DELETE' })).status, 204);
    assert.equal((await by(rotated)).status, 401);
  });

  it('refuses a file of accounts with weak or malformed hashes', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'mdt-accounts-')), 'accounts.json');
    const password = { salt: '00'.repeat(16), hash: '00'.repeat(32), log2N: 10, r: 8, p: 1 };
    writeFileSync(file, JSON.stringify({ accounts: [{ login: 'eve', password }] }));
    await assert.rejects(TestIdp.start({ options: { accounts_file: file } }), {
      code: 'MDT_LAUNCH',
      field: '/options/accounts_file/accounts/0/password',
    });
  });
});
