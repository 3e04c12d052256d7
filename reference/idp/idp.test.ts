import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { MdtError } from '../core/errors.ts';
import type { IdpMetadata } from '../gen/schemas.ts';
import { jwksHash } from '../core/enrolment/jwks-vouch.ts';
import { ANCHOR_KEY, Browser, ENTITY_ID, LOGIN, TestIdp, type Visit } from './test-idp.ts';

const REDIRECT = 'http://127.0.0.1:9/cb';
const INSECURE = { execute: [client.allowInsecureRequests] };

describe('the IdP', function () {
  this.timeout(20_000); // scrypt as OWASP has it, and RSA keys
  let idp: TestIdp;

  afterEach(async () => {
    await idp.stop();
    assert.deepEqual(idp.faults, []);
  });

  const register = async (metadata: object = {}): Promise<client.Configuration> =>
    client.dynamicClientRegistration(
      new URL(idp.issuer),
      {
        redirect_uris: [REDIRECT],
        client_name: 'A <client>',
        post_logout_redirect_uris: [`${REDIRECT}/out`],
        ...metadata,
      },
      undefined,
      INSECURE,
    );

  interface Begun {
    readonly verifier: string;
    readonly nonce: string;
    readonly state: string;
    readonly url: URL;
  }

  const begin = async (config: client.Configuration, more: Record<string, string> = {}): Promise<Begun> => {
    const [verifier, nonce, state] = [client.randomPKCECodeVerifier(), client.randomNonce(), client.randomState()];
    const url = client.buildAuthorizationUrl(config, {
      ...{ redirect_uri: REDIRECT, scope: 'openid profile', nonce, state },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...more,
    });
    return { verifier, nonce, state, url };
  };

  /** Through login and consent, where they are asked for. */
  const goThrough = async (browser: Browser, url: URL): Promise<Visit> => {
    let page = await browser.visit(url);
    if (page.body.includes('<h1>Sign in</h1>')) page = await browser.submit(page, { ...LOGIN, choice: 'continue' });
    if (page.body.includes('<h1>Allow')) page = await browser.submit(page, { choice: 'continue' });
    return page;
  };

  const login = async (config: client.Configuration, browser: Browser, more: Record<string, string> = {}) => {
    const { url, verifier, nonce, state } = await begin(config, more);
    const { url: back } = await goThrough(browser, url);
    client.enableNonRepudiationChecks(config);
    const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state };
    return { back: new URL(back), tokens: await client.authorizationCodeGrant(config, new URL(back), checks) };
  };

  it('takes a person from discovery to a verified ID Token, and says all of it in its log', async () => {
    idp = await TestIdp.start();
    const config = await register();
    const browser = new Browser(idp.issuer);
    const { tokens, back } = await login(config, browser);
    const claims = tokens.claims();
    assert.equal(claims?.iss, idp.issuer);
    assert.match(claims?.sub ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(claims?.['amr'], ['pwd']);
    assert.match(back.searchParams.get('session_state') ?? '', /^[\w-]{43}\.[\w-]{22}$/);
    const info = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
    assert.equal(info.preferred_username, LOGIN.login);
    const subject = claims?.['milagro_log_subject'];
    assert.deepEqual(idp.entered.slice(1), [
      { event: 'login', kind: 'person', subject },
      {
        ...{ event: 'token_issued', kind: 'person', subject },
        commitment: createHash('sha256')
          .update(tokens.id_token ?? '')
          .digest('hex'),
      },
    ]);
    assert.equal(idp.entered[0]?.event, 'client_registered');
    // A second client of the same person has the same subject, and needs no password.
    const again = await login(await register(), browser);
    assert.equal(again.tokens.claims()?.sub, claims?.sub);
    assert.equal(idp.entered.filter(({ event }) => event === 'login').length, 1);
  });

  it('signs its JWK Set by the key of its record, for a day, and signs it anew before that is over', async () => {
    idp = await TestIdp.start();
    const read = async (): Promise<{ jwks: object; signature: string; expires: number }> => {
      const metadata = (await (await fetch(`${idp.issuer}/.well-known/openid-configuration`)).json()) as {
        jwks_uri: string;
        milagro_jwks_signature: { signature: string; expires: number };
      };
      return { jwks: (await (await fetch(metadata.jwks_uri)).json()) as object, ...metadata.milagro_jwks_signature };
    };
    const first = await read();
    const holds = ({ jwks, signature, expires }: typeof first): boolean =>
      secp256k1.verify(hexToBytes(signature), jwksHash(ENTITY_ID, jwks, expires), secp256k1.getPublicKey(ANCHOR_KEY), {
        prehash: false,
      });
    assert.ok(holds(first));
    assert.deepEqual(await read(), first);
    idp.clock.setOffset(50_000);
    const second = await read();
    assert.ok(holds(second));
    assert.ok(second.expires > first.expires);
    assert.deepEqual(second.jwks, first.jwks);
  });

  it('shows a new key a day before it signs, and an old one until its tokens have expired', async () => {
    idp = await TestIdp.start();
    const kids = async (): Promise<string[]> => {
      const { keys } = (await (await fetch(`${idp.issuer}/oidc/jwks`)).json()) as { keys: { kid: string }[] };
      return keys.map(({ kid }) => kid);
    };
    const signing = async (): Promise<string> => {
      const { tokens } = await login(await register(), new Browser(idp.issuer));
      return (
        JSON.parse(Buffer.from((tokens.id_token ?? '').split('.')[0] ?? '', 'base64url').toString()) as { kid: string }
      ).kid;
    };
    const first = await kids();
    const DAY = 86_400;
    const at = async (days: number): Promise<string[]> => {
      idp.clock.setOffset(days * DAY);
      await idp.idp?.atTip();
      return kids();
    };
    assert.deepEqual(await at(28), first);
    const both = await at(29.5);
    assert.deepEqual(both.slice(0, 3), first);
    assert.equal(both.length, 6);
    assert.ok(first.includes(await signing()));
    const turned = await at(30.01);
    assert.deepEqual(turned, [...both.slice(3), ...first]);
    assert.ok(both.slice(3).includes(await signing()));
    assert.deepEqual(await at(30.2), both.slice(3));
  });

  it('keeps clients, sessions and keys over a restart', async () => {
    idp = await TestIdp.start();
    const config = await register();
    const browser = new Browser(idp.issuer);
    const before = await login(config, browser);
    await idp.stop();
    await idp.open();
    const after = await login(config, browser);
    assert.equal(after.tokens.claims()?.sub, before.tokens.claims()?.sub);
    assert.equal(idp.entered.filter(({ event }) => event === 'login').length, 1);
    await client.fetchUserInfo(config, before.tokens.access_token, client.skipSubjectCheck);
  });

  it('goes on under the record of a successor, whose key signs the JWK Set at once', async () => {
    idp = await TestIdp.start();
    const config = await register();
    const browser = new Browser(idp.issuer);
    const before = await login(config, browser);
    const read = async (): Promise<IdpMetadata> =>
      (await (await fetch(`${idp.issuer}/.well-known/openid-configuration`)).json()) as IdpMetadata;
    assert.equal((await read()).milagro_birth_record_sha256, ENTITY_ID);
    const key = new Uint8Array(32).fill(4);
    idp.succeed('ef'.repeat(32), key);
    const metadata = await read();
    assert.equal(metadata.milagro_birth_record_sha256, 'ef'.repeat(32));
    assert.equal(metadata.milagro_entity_id, ENTITY_ID);
    const { signature, expires } = metadata.milagro_jwks_signature;
    const hash = jwksHash(ENTITY_ID, (await (await fetch(metadata.jwks_uri)).json()) as object, expires);
    assert.ok(secp256k1.verify(hexToBytes(signature), hash, secp256k1.getPublicKey(key), { prehash: false }));
    await client.fetchUserInfo(config, before.tokens.access_token, client.skipSubjectCheck);
    const after = await login(config, browser);
    assert.equal(after.tokens.claims()?.sub, before.tokens.claims()?.sub);
  });

  it('answers nothing of OpenID before its record is served', async () => {
    idp = await TestIdp.start();
    idp.unborn = new MdtError('MDT_NOT_READY', 'the BIRTH is not deep enough yet');
    for (const path of ['/oidc/authorize?client_id=x', '/.well-known/webfinger?resource=acct:a@b', '/oidc/session']) {
      const answer = await fetch(`${idp.issuer}${path}`);
      assert.equal(answer.status, 503, path);
      assert.equal(((await answer.json()) as { error: string }).error, 'temporarily_unavailable');
    }
    assert.equal((await fetch(`${idp.issuer}/oidc/jwks`)).status, 503);
  });

  it('leaves what is not of OpenID to the entity, which answers by a problem document (MDT-HST-018)', async () => {
    idp = await TestIdp.start();
    const answer = await fetch(`${idp.issuer}/.well-known/milagro-no-such-resource`);
    assert.equal(answer.status, 404);
    assert.equal(((await answer.json()) as { code: string }).code, 'MDT_NOT_FOUND');
  });

  it('gives no token that its log does not hold', async () => {
    idp = await TestIdp.start();
    const config = await register();
    const { url, verifier, nonce, state } = await begin(config);
    const { url: back } = await goThrough(new Browser(idp.issuer), url);
    idp.refuses = new MdtError('MDT_RETIRED', 'the entity has retired');
    const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state };
    await assert.rejects(client.authorizationCodeGrant(config, new URL(back), checks), ({ cause }: Error) => {
      assert.equal((cause as Response).status, 503);
      return true;
    });
  });

  it('does not log in whoever has a wrong password, and slows down who tries many', async () => {
    idp = await TestIdp.start();
    const config = await register();
    const browser = new Browser(idp.issuer);
    let page = await browser.visit((await begin(config)).url);
    assert.equal(page.status, 200);
    for (let count = 0; count < 10; count++) {
      page = await browser.submit(page, { login: LOGIN.login, password: 'wrong', choice: 'continue' });
      assert.equal(page.status, 401);
      assert.match(page.body, /role="alert"/);
    }
    page = await browser.submit(page, { ...LOGIN, choice: 'continue' });
    assert.equal(page.status, 429);
    assert.ok(Number(page.headers.get('retry-after')) > 0);
    assert.ok(!page.body.includes(LOGIN.password));
  });

  it('takes the login that a client hints at, as text', async () => {
    idp = await TestIdp.start();
    const hint = '"><script>alert(1)</script>';
    const { url } = await begin(await register(), { login_hint: hint });
    const { body } = await new Browser(idp.issuer).visit(url);
    assert.ok(!body.includes('<script>'));
    assert.match(body, /value="&#34;&#62;&#60;script&#62;/);
  });

  it('takes no form of another dialogue', async () => {
    idp = await TestIdp.start();
    const config = await register();
    const browser = new Browser(idp.issuer);
    const page = await browser.visit((await begin(config)).url);
    const forged = await browser.submit(page, { ...LOGIN, csrf: 'x'.repeat(43), choice: 'continue' });
    assert.equal(forged.status, 400);
    const stranger = await new Browser(idp.issuer).submit(page, { ...LOGIN, choice: 'continue' });
    assert.equal(stranger.status, 400);
    assert.equal(idp.entered.filter(({ event }) => event === 'login').length, 0);
  });

  it('tells the client where the person does not agree', async () => {
    idp = await TestIdp.start();
    const config = await register();
    const browser = new Browser(idp.issuer);
    const { url: back } = await browser.submit(await browser.visit((await begin(config)).url), { choice: 'abort' });
    assert.equal(new URL(back).searchParams.get('error'), 'access_denied');
  });

  it('ends a session, and tells clients of it by frames', async () => {
    idp = await TestIdp.start();
    const frontchannel = {
      frontchannel_logout_uri: 'http://127.0.0.1:9/front',
      frontchannel_logout_session_required: true,
    };
    const config = await register(frontchannel);
    const browser = new Browser(idp.issuer);
    const { tokens } = await login(config, browser);
    const end = client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: `${REDIRECT}/out`,
      id_token_hint: tokens.id_token ?? '',
    });
    const asked = await browser.visit(end);
    assert.match(asked.body, /<h1>Sign out/);
    const done = await browser.submit(asked, { logout: 'yes' });
    assert.equal(done.status, 200);
    const frame = new URL(/<iframe [^>]*src="([^"]*)"/.exec(done.body)?.[1]?.replaceAll('&#38;', '&') ?? '');
    assert.equal(frame.searchParams.get('iss'), idp.issuer);
    assert.equal(frame.searchParams.get('sid'), tokens.claims()?.['sid']);
    assert.match(done.body, /http-equiv="refresh" content="2; url=http:\/\/127\.0\.0\.1:9\/cb\/out/);
    assert.deepEqual(idp.entered.at(-1), {
      ...{ event: 'logout', kind: 'person' },
      subject: tokens.claims()?.['milagro_log_subject'],
    });
    assert.match((await browser.visit((await begin(config)).url)).body, /<h1>Sign in/);
  });

  it('tells the server of a client that a session has ended, on a regtest at a private host too', async () => {
    idp = await TestIdp.start();
    const told = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    await once(told, 'listening');
    const uri = `http://127.0.0.1:${(told.address() as AddressInfo).port}/back`;
    const config = await register({ backchannel_logout_uri: uri });
    const browser = new Browser(idp.issuer);
    const { tokens } = await login(config, browser);
    const asked = browser.visit(client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token ?? '' }));
    const [[request]] = await Promise.all([
      once(told, 'request') as Promise<[{ method: string }]>,
      asked.then(async (page) => browser.submit(page, { logout: 'yes' })),
    ]);
    assert.equal(request.method, 'POST');
    told.closeAllConnections();
    told.close();
  });

  it('registers nobody without the token, where one is asked for', async () => {
    idp = await TestIdp.start({ registration: { access: 'token', initial_access_token: 'an-initial-token-of-tests' } });
    await assert.rejects(register());
    const config = await client.dynamicClientRegistration(
      new URL(idp.issuer),
      { redirect_uris: [REDIRECT] },
      undefined,
      { ...INSECURE, initialAccessToken: 'an-initial-token-of-tests' },
    );
    assert.ok(config.clientMetadata().client_id);
  });
});
