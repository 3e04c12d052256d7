import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Browser, TestIdp } from '../idp/test-idp.ts';
import { run } from './program.ts';

const REDIRECT = 'http://127.0.0.1:9/cb';

describe('the command idp', function () {
  this.timeout(20_000); // scrypt as OWASP has it

  it('puts an account into a file, without its password in it, and the IdP takes it from there', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'mdt-accounts-')), 'accounts.json');
    const said: string[] = [];
    const terminal = (input: string) => ({
      input: Readable.from([Buffer.from(input)]),
      out: (text: string) => void said.push(text),
      error: (text: string) => void said.push(text),
    });
    assert.equal(await run(['idp', 'account', file, 'bob'], terminal('a long enough password\n')), 0);
    assert.equal(await run(['idp', 'account', file, 'bob'], terminal('short\n')), 1);
    assert.equal(await run(['idp', 'account', file, 'Bob'], terminal('a long enough password\n')), 0);
    assert.deepEqual(loginsOf(file), ['Bob'], 'one person in either case');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!readFileSync(file, 'utf8').includes('long enough'));
    const idp = await TestIdp.start({ options: { accounts_file: file } });
    const made = await fetch(`${idp.issuer}/oidc/clients`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT] }),
    });
    const { client_id } = (await made.json()) as { client_id: string };
    const browser = new Browser(idp.issuer);
    const query = new URLSearchParams({ client_id, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid' });
    const page = await browser.visit(`/oidc/authorize?${query.toString()}`);
    const next = await browser.submit(page, { login: 'BOB', password: 'a long enough password', choice: 'continue' });
    assert.match(next.body, /<h1>Allow/);
    assert.equal(idp.entered.at(-1)?.event, 'login');
    await idp.stop();
  });

  it('leaves a file as it is that is none of accounts, and says so', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'mdt-accounts-')), 'accounts.json');
    writeFileSync(file, '{"accounts":');
    const said: string[] = [];
    const terminal = {
      input: Readable.from([Buffer.from('a long enough password\n')]),
      out: (text: string) => void said.push(text),
      error: (text: string) => void said.push(text),
    };
    assert.equal(await run(['idp', 'account', file, 'bob'], terminal), 1);
    assert.match(said.join(''), /MDT_NOT_JSON/);
    assert.equal(readFileSync(file, 'utf8'), '{"accounts":');
  });
});

function loginsOf(file: string): string[] {
  const { accounts } = JSON.parse(readFileSync(file, 'utf8')) as { accounts: { login: string }[] };
  return accounts.map(({ login }) => login);
}
