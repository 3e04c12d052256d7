/** A thing: a key, and the tokens by which it proves that it has it (12.7). */
import { PrivateKeyJwt, type ClientAuth } from 'openid-client';
import { generateKeyPairSync, randomUUID, sign, webcrypto, type JsonWebKey, type KeyObject } from 'node:crypto';
import { signingInput, unsigned } from './jwt.ts';

const LIFE_SECONDS = 60;

export class ThingKey {
  readonly #key: KeyObject;
  /** What is registered. */
  readonly jwk: JsonWebKey & { kid: string; alg: string; use: string };

  constructor(kid = 'thing') {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
  }

  /** By which openid-client proves who the client is. */
  async forClient(): Promise<ClientAuth> {
    const octets = this.#key.export({ format: 'der', type: 'pkcs8' });
    const how = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await webcrypto.subtle.importKey('pkcs8', octets, how, false, ['sign']);
    return PrivateKeyJwt({ key, kid: this.jwk.kid });
  }

  /** A subject token that nobody has signed. */
  unsignedToken(clientId: string, issuer: string, claims: Readonly<Record<string, unknown>>): string {
    return unsigned(subjectClaims(clientId, issuer, claims));
  }

  /** A subject token by this key, with some claims in the place of the right ones. */
  subjectToken(clientId: string, issuer: string, claims: Readonly<Record<string, unknown>>): string {
    const text = signingInput({ alg: 'ES256', kid: this.jwk.kid }, subjectClaims(clientId, issuer, claims));
    return `${text}.${sign('sha256', Buffer.from(text), { key: this.#key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
}

function subjectClaims(clientId: string, issuer: string, claims: Readonly<Record<string, unknown>>): object {
  const exp = Math.floor(Date.now() / 1_000) + LIFE_SECONDS;
  return { iss: clientId, sub: clientId, aud: issuer, exp, jti: randomUUID(), ...claims };
}
