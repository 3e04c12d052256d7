import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import * as client from 'openid-client';
import { TestIdp } from './test-idp.ts';

const INSECURE = { execute: [client.allowInsecureRequests] };

/** A client that a thing's ID Token is for. */
async function audienceAt({ issuer }: TestIdp): Promise<string> {
  const metadata = { redirect_uris: ['http://127.0.0.1:9/cb'] };
  const config = await client.dynamicClientRegistration(new URL(issuer), metadata, undefined, INSECURE);
  return config.clientMetadata().client_id;
}

describe('token exchange', function () {
  this.timeout(20_000); // RSA keys
  let idp: TestIdp;

  afterEach(async () => {
    await idp.stop();
    assert.deepEqual(idp.faults, []);
  });

  it('gives a thing an ID Token for another client, for a proof that it holds its key', async () => {
    idp = await TestIdp.start();
    const audience = await audienceAt(idp);
    const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ]);
    const jwk = await crypto.subtle.exportKey('jwk', publicKey);
    const thing = await client.dynamicClientRegistration(
      new URL(idp.issuer),
      {
        ...{ client_name: 'a thing', milagro_kind: 'thing', token_endpoint_auth_method: 'private_key_jwt' },
        ...{ redirect_uris: [], response_types: [], grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] },
        jwks: {
          keys: [{ kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '', alg: 'ES256', use: 'sig', kid: 'k' }],
        },
      },
      client.PrivateKeyJwt({ key: privateKey, kid: 'k' }),
      INSECURE,
    );
    const id = thing.clientMetadata().client_id;
    const subjectToken = async (claims: object): Promise<string> => {
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const now = Math.floor(Date.now() / 1000);
      const text = `${part({ alg: 'ES256', kid: 'k' })}.${part({ iss: id, sub: id, aud: idp.issuer, exp: now + 60, jti: client.randomState(), nonce: 'n-1', ...claims })}`;
      const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, Buffer.from(text));
      return `${text}.${Buffer.from(signature).toString('base64url')}`;
    };
    const exchange = async (token: string) =>
      client.genericGrantRequest(thing, 'urn:ietf:params:oauth:grant-type:token-exchange', {
        ...{ audience, subject_token: token, subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
        requested_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      });
    const token = await subjectToken({});
    const answer = await exchange(token);
    const [head = '', body = '', signature = ''] = answer.access_token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual([claims['sub'], claims['aud'], claims['nonce'], claims['amr']], [id, audience, 'n-1', ['pop']]);
    const { keys } = (await (await fetch(`${idp.issuer}/oidc/jwks`)).json()) as { keys: { alg: string }[] };
    const key = createPublicKey({ key: keys.find(({ alg }) => alg === 'RS256') ?? {}, format: 'jwk' });
    assert.ok(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')));
    assert.deepEqual(idp.entered.at(-1)?.kind, 'thing');
    await assert.rejects(exchange(token), { error: 'invalid_grant' }, 'shown twice');
    await assert.rejects(exchange(await subjectToken({ aud: 'https://elsewhere.example' })), {
      error: 'invalid_grant',
    });
    await assert.rejects(exchange(await subjectToken({ exp: 1 })), { error: 'invalid_grant' });
    await assert.rejects(exchange(await subjectToken({ sub: 'another' })), { error: 'invalid_grant' });
    const forged = `${token.slice(0, token.lastIndexOf('.') + 1)}${'A'.repeat(86)}`;
    await assert.rejects(exchange(forged), { error: 'invalid_grant' });
  });
});
