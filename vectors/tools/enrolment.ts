/** vectors/enrolment.json: what is looked at before anybody logs in for an enrolment (spec chapter 13). */
import { canonicalize } from 'json-canonicalize';
import type { VectorFile } from '../../reference/gen/schemas.ts';
import { digestOfRecord, EXAMPLE_ANCHOR_KEY } from './example-record.ts';
import { keyOf, publicKey, sha256, signHash, tagged } from './keys.ts';
import { RECORD } from './recorded-proofs.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const SOURCE = 'signed with noble-curves; JCS by json-canonicalize; URLs written by hand';
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
/** 2026-01-02T00:00:00Z. */
const NOW = 1_767_312_000;
const ENTITY_ID = digestOfRecord(RECORD).toString('hex');
const JWKS = {
  keys: [
    {
      kty: 'OKP',
      crv: 'Ed25519',
      use: 'sig',
      alg: 'EdDSA',
      kid: 'one',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
  ],
};

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'enrolment',
    source: SOURCE,
    header: [
      'jwks-signature: whether a JWK Set is believed at `now`, in seconds since 1970, by who knows `keys.anchor` of its IdP.',
      'authorization-url: whether a PAT opens an address, by what it knows of the IdP, the D-TA and the enrolment.',
    ],
    notes: {
      Right: { bugType: 'BASIC', description: 'As it has to be.' },
      Stranger: {
        bugType: 'AUTHENTICATION',
        description: 'Another key, another entity, or other octets than were signed.',
      },
      Time: { bugType: 'MISSING_STEP', description: 'Right at another time.' },
      Place: { bugType: 'CONFUSION', description: 'Another address, which looks like it.' },
      Request: { bugType: 'MISSING_STEP', description: 'Another request than that of an enrolment.' },
      Nonce: { bugType: 'CONFUSION', description: 'The nonce of another enrolment.' },
    },
  })
    .group({ type: 'jwks-signature', source: SOURCE }, jwksSignatures)
    .group({ type: 'authorization-url', source: SOURCE }, authorizationUrls)
    .build();
}

interface Signed {
  entityId: string;
  jwks: object;
  expires: number;
  tag: string;
}

function signatureOf({ entityId, jwks, expires, tag }: Signed, key = EXAMPLE_ANCHOR_KEY): Buffer {
  const until = Buffer.alloc(8);
  until.writeBigUInt64BE(BigInt(expires));
  const said = Buffer.concat([Buffer.from(entityId, 'hex'), sha256(canonicalize(jwks)), until]);
  return signHash(sha256(tagged(tag, said)), key);
}

function highS(signature: Buffer): Buffer {
  const s = ORDER - BigInt(`0x${signature.subarray(32).toString('hex')}`);
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
}

function jwksSignatures(group: GroupBuilder): void {
  const right: Signed = { entityId: ENTITY_ID, jwks: JWKS, expires: NOW + 3_600, tag: 'MDT/1/jwks' };
  const input = (signature: Buffer, more: object = {}): Record<string, unknown> => ({
    ...{ entity_id: ENTITY_ID, public_key: publicKey(EXAMPLE_ANCHOR_KEY).toString('hex'), jwks: JWKS },
    ...{ signature: signature.toString('hex'), expires: right.expires, now: NOW },
    ...more,
  });
  const BOTH: [string, ...string[]] = ['MDT-ENR-101', 'MDT-ENR-102'];
  const valid = (comment: string, given: Record<string, unknown>): void =>
    group.valid({ comment, flags: ['Right'], requirements: BOTH, input: given }, {});
  valid('for an hour', input(signatureOf(right)));
  for (const [comment, ahead] of [
    ['for one second', 1],
    ['for a day and an hour', 90_000],
  ] as const) {
    const expires = NOW + ahead;
    valid(comment, input(signatureOf({ ...right, expires }), { expires }));
  }
  const empty = { keys: [] };
  valid('an empty set', input(signatureOf({ ...right, jwks: empty }), { jwks: empty }));
  const reordered = { keys: JWKS.keys.map((key) => Object.fromEntries(Object.entries(key).reverse())) };
  valid('members in another order, which JCS puts right', input(signatureOf(right), { jwks: reordered }));

  const refused = (
    code: string,
    requirement: string,
    flag: string,
    comment: string,
    given: Record<string, unknown>,
  ): void => group.invalid({ comment, flags: [flag], requirements: [requirement], input: given }, code);
  const wrong = (comment: string, given: Record<string, unknown>): void =>
    refused('MDT_SIGNATURE', 'MDT-ENR-101', 'Stranger', comment, given);
  wrong('by another key', input(signatureOf(right, keyOf('another'))));
  wrong('of another entity', input(signatureOf({ ...right, entityId: 'ab'.repeat(32) })));
  wrong('over another set', input(signatureOf({ ...right, jwks: empty })));
  wrong('with a key added', input(signatureOf(right), { jwks: { keys: [...JWKS.keys, { kty: 'oct', k: 'AA' }] } }));
  wrong('with another end than was signed', input(signatureOf(right), { expires: right.expires + 1 }));
  wrong('under the tag of a document', input(signatureOf({ ...right, tag: 'MDT/1/milagro-status' })));
  refused('MDT_SIGNATURE_HIGH_S', 'MDT-ENR-101', 'Stranger', 'with a high s', input(highS(signatureOf(right))));
  const late = (comment: string, expires: number): void =>
    refused('MDT_JWKS_EXPIRES', 'MDT-ENR-102', 'Time', comment, input(signatureOf({ ...right, expires }), { expires }));
  late('that has expired', NOW - 1);
  late('that expires now', NOW);
  late('for longer than a day and an hour', NOW + 90_001);
  late('for ever', 4_102_444_800);
}

const DTA = 'cd'.repeat(32);
const PAT = publicKey(keyOf('pat of enrolment')).toString('hex');
const ISSUER = 'https://idp.example.org';
const ENDPOINT = `${ISSUER}/oidc/authorize`;
const SALT = '01'.repeat(32);

interface Parties {
  dta: string;
  pat: string;
  issuer: string;
  salt: string;
}

function nonceOf({ dta, pat, issuer, salt }: Parties): string {
  const said = Buffer.concat([
    Buffer.from(dta, 'hex'),
    Buffer.from(pat, 'hex'),
    sha256(issuer),
    Buffer.from(salt, 'hex'),
  ]);
  return sha256(tagged('MDT/1/enroll-nonce', said)).toString('base64url');
}

const PARTIES: Parties = { dta: DTA, pat: PAT, issuer: ISSUER, salt: SALT };

function authorizationUrls(group: GroupBuilder): void {
  const query: Readonly<Record<string, string>> = {
    ...{
      client_id: 'dta',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://dta.example.org/enrolment/callback',
    },
    ...{ state: 'af0ifjsldkj', nonce: nonceOf(PARTIES), prompt: 'login consent' },
    ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
  };
  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(query).filter(([each]) => each !== name));
  const url = (parameters: Readonly<Record<string, string>> = query, place = ENDPOINT): string =>
    `${place}?${new URLSearchParams(parameters).toString()}`;
  const input = (address: string, more: object = {}): Record<string, unknown> => ({
    ...{
      url: address,
      authorization_endpoint: ENDPOINT,
      issuer: ISSUER,
      dta_entity_id: DTA,
      public_key: PAT,
      salt: SALT,
    },
    ...more,
  });
  const ALL: [string, ...string[]] = ['MDT-ENR-103', 'MDT-ENR-104', 'MDT-ENR-105'];
  const valid = (comment: string, address: string, more: object = {}): void =>
    group.valid({ comment, flags: ['Right'], requirements: ALL, input: input(address, more) }, {});
  valid('of an enrolment', url());
  valid('with its parameters in another order', url(Object.fromEntries(Object.entries(query).reverse())));
  valid('with parameters that nobody asks for', url({ ...query, ui_locales: 'fr', acr_values: 'x' }));
  valid('with more scopes, and openid among them', url({ ...query, scope: 'profile openid' }));
  valid('with prompt=login alone', url({ ...query, prompt: 'login' }));

  const place = (comment: string, address: string): void =>
    group.invalid(
      { comment, flags: ['Place'], requirements: ['MDT-ENR-103'], input: input(address) },
      'MDT_AUTHORIZATION_URL',
    );
  place('at another host', url(query, 'https://idp.example.net/oidc/authorize'));
  place('at a host that begins with it', url(query, 'https://idp.example.org.example.net/oidc/authorize'));
  place('with the host as a user', url(query, 'https://idp.example.org@example.net/oidc/authorize'));
  place('below the endpoint', url(query, `${ENDPOINT}/more`));
  place('at another endpoint of the IdP', url(query, `${ISSUER}/oidc/logout`));
  place('in other letters', url(query, ENDPOINT.toUpperCase()));
  place('at another port', url(query, 'https://idp.example.org:444/oidc/authorize'));
  place('without TLS', url(query, 'http://idp.example.org/oidc/authorize'));
  place('with a fragment', `${url()}#nonce=x`);
  place('without a query', ENDPOINT);

  const request = (comment: string, address: string): void =>
    group.invalid(
      { comment, flags: ['Request'], requirements: ['MDT-ENR-104'], input: input(address) },
      'MDT_AUTHORIZATION_REQUEST',
    );
  request('with a request object', url({ ...query, request: 'eyJhbGciOiJub25lIn0.e30.' }));
  request('with a request object by its address', url({ ...query, request_uri: 'https://dta.example.org/r' }));
  request('with two nonces', `${url()}&nonce=${nonceOf({ ...PARTIES, dta: 'ef'.repeat(32) })}`);
  request('with prompt twice', `${url()}&prompt=none`);
  request('for a token in the front channel', url({ ...query, response_type: 'code id_token' }));
  request('without a response type', url(without('response_type')));
  request('without a challenge', url(without('code_challenge')));
  request('with an empty challenge', url({ ...query, code_challenge: '' }));
  request('with a challenge in the clear', url({ ...query, code_challenge_method: 'plain' }));
  request('without a way of the challenge', url(without('code_challenge_method')));
  request('without openid', url({ ...query, scope: 'profile' }));
  request('with a scope that begins with openid', url({ ...query, scope: 'openid2' }));
  request('without prompt', url(without('prompt')));
  request('with prompt=consent alone', url({ ...query, prompt: 'consent' }));
  request('with prompt=none', url({ ...query, prompt: 'none' }));

  const nonce = (comment: string, parties: Partial<Parties>): void =>
    group.invalid(
      {
        comment,
        flags: ['Nonce'],
        requirements: ['MDT-ENR-105'],
        input: input(url({ ...query, nonce: nonceOf({ ...PARTIES, ...parties }) })),
      },
      'MDT_ENROLLMENT_NONCE',
    );
  nonce('of another D-TA', { dta: 'ef'.repeat(32) });
  nonce('of another key', { pat: publicKey(keyOf('another pat')).toString('hex') });
  nonce('of another IdP', { issuer: 'https://idp.example.net' });
  nonce('of the same IdP with a slash at the end', { issuer: `${ISSUER}/` });
  nonce('of another salt', { salt: '02'.repeat(32) });
  const others = {
    'without a nonce': without('nonce'),
    'with an empty nonce': { ...query, nonce: '' },
    'with the nonce and more': { ...query, nonce: `${nonceOf(PARTIES)}=` },
    'with the nonce in hexadecimal': { ...query, nonce: Buffer.from(nonceOf(PARTIES), 'base64url').toString('hex') },
  };
  for (const [comment, parameters] of Object.entries(others))
    group.invalid(
      { comment, flags: ['Nonce'], requirements: ['MDT-ENR-105'], input: input(url(parameters)) },
      'MDT_ENROLLMENT_NONCE',
    );
}
