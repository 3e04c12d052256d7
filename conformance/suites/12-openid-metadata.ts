/** Chapter 12.1, 12.5: what an IdP says of itself, and who vouches for its keys. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import { refuseSignature } from '../oracle/signature.ts';
import type { HttpResult } from '../world/http-client.ts';
import type { OpenidSeen } from '../world/scenes/openid-seen.ts';
import { HostedView, hex } from './hosted-view.ts';
import { isThere, readAsJson, served } from './http-view.ts';
import { goodJson, jsonOf, metadataIn } from './openid-view.ts';
import { refusalOf } from './log-view.ts';

const scenes = ['openid'] as const;
const CHAPTER = '12-openid-provider';
const MOST_AHEAD_SECONDS = 86_400;
const ISSUER_REL = 'http://openid.net/specs/connect/1.0/issuer';

export const openidMetadata: Suite = {
  chapter: CHAPTER,
  checks: [
    check(
      'MDT-IDP-001',
      'metadata',
      'the metadata are served and valid',
      { quote: 'MUST be valid against `schemas/idp-metadata.schema.json`', scenes },
      ({ seen }) => {
        const answer = served(seen.openid.metadata?.result, 'the metadata');
        equal(answer.status, 200, 'the status');
        const fault = schemaFault('idp-metadata', readAsJson(answer));
        holds(fault === undefined, 'the metadata are not valid', {
          expected: 'no fault',
          got: fault && `${fault.field} ${fault.message}`,
          ...(fault && { field: fault.field }),
        });
      },
    ),
    check(
      'MDT-IDP-002',
      'at-issuer',
      'the issuer is that of the record, and every endpoint is below it',
      { quote: 'MUST be `issuer` of the record in force, and every endpoint in them', scenes },
      ({ seen }) => {
        const said = metadataIn(seen.openid);
        const { issuer } = new HostedView(seen.openid.record).record;
        equal(said['issuer'], issuer, 'the issuer', '/issuer');
        const places = Object.entries(said).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri');
        for (const [name, url] of places.filter(([each]) => each !== 'milagro_grpc_endpoint'))
          holds(typeof url === 'string' && url.startsWith(`${issuer ?? ''}/`), `${name} is elsewhere`, {
            expected: `${issuer ?? ''}/…`,
            got: url,
            field: `/${name}`,
          });
      },
    ),
    check(
      'MDT-IDP-003',
      'agrees',
      'the metadata say what the record says',
      { quote: 'MUST be what the hosted record says', scenes },
      ({ seen }) => {
        isOfRecord(shownIn(seen.openid));
      },
    ),
    check(
      'MDT-IDP-004',
      'vouched',
      'the key of the record signs the JWK Set',
      { quote: 'MUST verify by `keys.anchor` of the record in force over the 32 octets', scenes },
      ({ seen }) => {
        isVouchedFor(shownIn(seen.openid));
      },
    ),
    check(
      'MDT-IDP-005',
      'a-day',
      'the signature of the JWK Set ends within a day',
      { quote: 'MUST be later than the time at which it is served, and at most 86,400 s later', scenes },
      ({ seen }) => {
        const { expires } = jwksSignature(metadataIn(seen.openid));
        const { from = 0, until = 0 } = seen.openid.metadata ?? {};
        const [least, most] = [Math.floor(from / 1_000), Math.ceil(until / 1_000) + MOST_AHEAD_SECONDS];
        holds(typeof expires === 'number' && expires > least && expires <= most, 'the signature ends at another time', {
          expected: `after ${String(least)}, and not after ${String(most)}`,
          got: expires,
          field: '/milagro_jwks_signature/expires',
        });
      },
    ),
    check(
      'MDT-IDP-006',
      'unborn',
      'before its record is served its endpoints are temporarily unavailable',
      {
        quote: 'with status 503 and the error `temporarily_unavailable` while its record is not served',
        scenes,
        negative: true,
      },
      ({ seen }) => {
        if (!isThere(seen.openid.record)) throw new Untestable('it is not served later either');
        const { unready } = seen.openid;
        if (!unready || Object.keys(unready).length === 0) throw new Untestable('nothing was asked before it was born');
        for (const [name, result] of Object.entries(unready)) {
          equal(served(result, name).status, 503, `the status of ${name}`);
          equal(jsonOf(result, name)['error'], 'temporarily_unavailable', `the error of ${name}`, '/error');
        }
      },
    ),
    check(
      'MDT-IDP-022',
      'issuer',
      'WebFinger gives everybody of the host the same issuer',
      { quote: 'for any `acct:` identifier of its host with a link whose `rel` is', scenes },
      ({ seen }) => {
        const { webFinger } = seen.openid;
        const { issuer } = seen.openid.configuration.public;
        for (const who of ['known', 'unknown'] as const) {
          const what = `WebFinger of ${who === 'known' ? 'an account' : 'an identifier that nobody has'}`;
          equal(served(webFinger?.[who], what).status, 200, `the status of ${what}`);
          const { links } = jsonOf(webFinger?.[who], what);
          const found = (Array.isArray(links) ? links : []) as { rel?: unknown; href?: unknown }[];
          const hrefs = found.filter(({ rel }) => rel === ISSUER_REL).map(({ href }) => href);
          equal(hrefs, [issuer], `the issuer by ${what}`, '/links');
        }
      },
    ),
    check(
      'MDT-IDP-022',
      'unnamed',
      'WebFinger without a resource is answered 400',
      { quote: 'and a request without `resource` with status 400', scenes, negative: true },
      ({ seen }) => {
        const { known, unnamed } = seen.openid.webFinger ?? {};
        if (!isThere(known)) throw new Untestable('WebFinger is not served, so a refusal of it says nothing');
        equal(served(unnamed, 'WebFinger without a resource').status, 400, 'the status');
      },
    ),
  ],
};

/** The record that an IdP hosts, and what it says beside it at that time. */
interface ShownByIdp {
  readonly record: HttpResult | undefined;
  readonly metadata: HttpResult | undefined;
  readonly jwks: HttpResult | undefined;
}

function shownIn({ record, metadata, jwks }: OpenidSeen): ShownByIdp {
  return { record, metadata: metadata?.result, jwks };
}

/** MDT-IDP-003 */
export function isOfRecord(shown: ShownByIdp): void {
  const said = goodJson(shown.metadata, 'the metadata (MDT-IDP-001)');
  const { envelope, record } = new HostedView(shown.record);
  const expected = {
    milagro_entity_id: record.entity_id ?? envelope.sha256,
    milagro_birth_record_uri: record.services?.birth_record,
    milagro_birth_record_sha256: envelope.sha256,
    milagro_birth_record_signature: envelope.signature,
  };
  for (const [name, value] of Object.entries(expected)) equal(said[name], value, name, `/${name}`);
  const anchors = [said['milagro_birth_record_anchor'], envelope.anchor?.locator] as (
    { txref?: unknown } | undefined
  )[];
  // A locator gets its txref at 6 confirmations, which may come between the two answers.
  const isBetween = anchors.filter((anchor) => anchor?.txref !== undefined).length === 1;
  const [got, wanted] = isBetween ? anchors.map((anchor) => ({ ...anchor, txref: undefined })) : anchors;
  equal(got, wanted, 'milagro_birth_record_anchor', '/milagro_birth_record_anchor');
}

/** MDT-IDP-004 */
export function isVouchedFor(shown: ShownByIdp): void {
  const { signature, expires } = jwksSignature(goodJson(shown.metadata, 'the metadata (MDT-IDP-001)'));
  const jwks = goodJson(shown.jwks, 'the JWK Set');
  const { record, envelope } = new HostedView(shown.record);
  const until = Buffer.alloc(8);
  if (typeof expires !== 'number' || !Number.isSafeInteger(expires) || expires < 0)
    throw new Untestable('expires is no time (MDT-IDP-001)');
  until.writeBigUInt64BE(BigInt(expires));
  const entity = hex(record.entity_id ?? envelope.sha256, '/entity_id', 32);
  const said = Buffer.concat([entity, sha256(canonicalOctets(jwks)), until]);
  const octets = hex(signature, '/milagro_jwks_signature/signature');
  const key = hex(record.keys?.anchor, '/birth_record/keys/anchor', 33);
  const refusal = refusalOf(() => refuseSignature('MDT/1/jwks', said, octets, key));
  holds(refusal === undefined, 'the signature of the JWK Set does not verify', {
    expected: `a signature by ${key.toString('hex')}`,
    got: signature,
    field: '/milagro_jwks_signature/signature',
  });
}

function jwksSignature(metadata: Record<string, unknown>): { signature?: unknown; expires?: unknown } {
  const { milagro_jwks_signature: signature } = metadata;
  if (typeof signature !== 'object' || signature === null)
    throw new Untestable('there is no milagro_jwks_signature (MDT-IDP-001)');
  return signature;
}
