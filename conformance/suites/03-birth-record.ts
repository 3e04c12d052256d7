/** Chapter 3.1, Record: what a Birth Record says, and that it goes on saying it. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { refuseMasterPop, refuseMasterPublicKey } from '../oracle/bls.ts';
import { Refusal } from '../oracle/refusal.ts';
import { publicKey } from '../oracle/signature.ts';
import { sha256 } from '../oracle/digest.ts';
import { pointOf } from '../oracle/signature.ts';
import { birthPayload } from './anchor-view.ts';
import { hex, HostedView, hostedOf, text } from './hosted-view.ts';

const scenes = ['birth'] as const;
/** On regtest `http` is allowed for a private or loopback host. */
const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])/;

const identity: Suite['checks'] = [
  check(
    'MDT-REC-001',
    'schema',
    'the record is valid against its schema',
    { quote: 'MUST be valid against `schemas/birth-record.schema.json`', scenes },
    ({ seen }) => {
      const fault = schemaFault('birth-record', hostedOf(seen.birth).record);
      holds(fault === undefined, 'the record is not valid', {
        expected: 'no fault',
        got: fault && `${fault.field} ${fault.message}`,
        ...(fault && { field: fault.field }),
      });
    },
  ),
  check(
    'MDT-REC-002',
    'immutable',
    'the record has the same octets in every life',
    { quote: 'MUST NOT change once its digest is anchored', scenes, negative: true },
    ({ seen }) => {
      const first = hostedOf(seen.birth).octets.toString('utf8');
      if (seen.birth.later.length === 0) throw new Untestable('the target did not serve its record again');
      for (const [index, result] of [seen.birth.deep?.result, ...seen.birth.later].entries()) {
        equal(
          new HostedView(result).octets.toString('utf8'),
          first,
          `the record when it was fetched again (${String(index + 1)})`,
          '/birth_record',
        );
      }
    },
  ),
  check(
    'MDT-REC-003',
    'anchored',
    'the BIRTH holds the digest of the record',
    { quote: 'MUST be the digest of that record', scenes },
    ({ seen }) => {
      const anchored = birthPayload(seen.birth).digest;
      for (const result of [seen.birth.hosted?.record, ...seen.birth.later]) {
        equal(anchored, new HostedView(result).stated.toString('hex'), 'the digest in the BIRTH', 'payload offset 15');
      }
    },
  ),
  check(
    'MDT-REC-004',
    'role',
    'the role is the one that was configured, and the BIRTH says the same',
    { quote: 'agree with the role octet of its BIRTH', scenes },
    ({ seen, world }) => {
      equal(hostedOf(seen.birth).record.role, world.target.manifest.role, 'the role', '/role');
      equal(birthPayload(seen.birth).role, world.target.manifest.role, 'the role in the BIRTH', 'payload offset 14');
    },
  ),
];

const addresses: Suite['checks'] = [
  check(
    'MDT-REC-005',
    'issuer',
    'the issuer is a URI of the form that the chain allows',
    { quote: 'MUST be an `https` URI without query or fragment', scenes },
    ({ seen }) => {
      const issuer = text(hostedOf(seen.birth).record.issuer, '/issuer');
      const plain = !issuer.includes('?') && !issuer.includes('#');
      const allowed =
        issuer.startsWith('https://') ||
        (issuer.startsWith('http://') && PRIVATE_HOST.test(issuer.slice('http://'.length)));
      holds(plain && allowed, 'the issuer is of another form', {
        expected: 'https, or http with a loopback host',
        got: issuer,
        field: '/issuer',
      });
      equal(issuer, seen.birth.configuration.public.issuer, 'the issuer', '/issuer');
    },
  ),
  check(
    'MDT-REC-006',
    'record-uri',
    'the record names its own place',
    { quote: '`issuer` followed by `/.well-known/milagro-birth-record`', scenes },
    ({ seen }) => {
      const { issuer, services } = hostedOf(seen.birth).record;
      equal(
        services?.birth_record,
        `${issuer ?? ''}/.well-known/milagro-birth-record`,
        'services.birth_record',
        '/services/birth_record',
      );
    },
  ),
  check(
    'MDT-REC-007',
    'metadata-uri',
    'the record names the place of the metadata',
    { quote: '`issuer` followed by `/.well-known/milagro-dta`', scenes },
    ({ seen }) => {
      const { issuer, services } = hostedOf(seen.birth).record;
      equal(services?.metadata, `${issuer ?? ''}/.well-known/milagro-dta`, 'services.metadata', '/services/metadata');
    },
  ),
];

const keys: Suite['checks'] = [
  check(
    'MDT-REC-008',
    'points',
    'anchor and status key are points of secp256k1',
    { quote: 'three different secp256k1 keys', scenes },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      for (const name of ['anchor', 'status'] as const) {
        const refusal = refusalOf(() => publicKey(hosted.key(name)));
        holds(refusal === undefined, `keys.${name} is no such key`, {
          expected: 'a compressed point of secp256k1',
          got: hosted.key(name).toString('hex'),
          field: `/keys/${name}`,
        });
      }
    },
  ),
  check(
    'MDT-REC-008',
    'different',
    'the three secp256k1 keys are different',
    { quote: 'MUST be three different', scenes, negative: true },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const [anchor, status, next] = [hosted.key('anchor'), hosted.key('status'), hosted.key('next_anchor_hash')];
      const hashes = [sha256(anchor), sha256(status), next].map((hash) => hash.toString('hex'));
      equal(new Set(hashes).size, 3, 'the number of different keys', '/keys');
    },
  ),
  check(
    'MDT-REC-008',
    'imported',
    'the record holds the keys that were imported',
    {
      quote: '`keys.anchor`, `keys.status` and the key behind `keys.next_anchor_hash`',
      scenes,
      feature: 'import_secrets',
    },
    ({ seen }) => {
      const { imported } = seen.birth;
      if (!imported) throw new Untestable('no keys were imported');
      const hosted = hostedOf(seen.birth);
      const point = (secret: string): Buffer => pointOf(Buffer.from(secret, 'hex'));
      equal(
        hosted.key('anchor').toString('hex'),
        point(imported.anchor).toString('hex'),
        'keys.anchor',
        '/keys/anchor',
      );
      equal(
        hosted.key('status').toString('hex'),
        point(imported.status).toString('hex'),
        'keys.status',
        '/keys/status',
      );
      equal(
        hosted.key('next_anchor_hash').toString('hex'),
        sha256(point(imported.next_anchor)).toString('hex'),
        'keys.next_anchor_hash',
        '/keys/next_anchor_hash',
      );
    },
  ),
  check(
    'MDT-REC-009',
    'ed25519',
    'log and directory key are two Ed25519 keys',
    { quote: 'two different Ed25519 public keys', scenes },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const [log, directory] = [hosted.key('log'), hosted.key('directory')];
      for (const [name, key] of Object.entries({ log, directory })) {
        holds(key.length === 32 && isEd25519(key), `keys.${name} is no Ed25519 key`, {
          expected: 'a point of edwards25519',
          got: key.toString('hex'),
          field: `/keys/${name}`,
        });
      }
      holds(!log.equals(directory), 'the two keys are one', {
        expected: 'two keys',
        got: log.toString('hex'),
        field: '/keys/directory',
      });
    },
  ),
  check(
    'MDT-REC-010',
    'subgroup',
    'the master public key is a point of the subgroup',
    { quote: 'a compressed point of the prime-order subgroup of BLS12-381 G2', scenes },
    async ({ seen }) => {
      const octets = hex(hostedOf(seen.birth).record.master_public_key, '/master_public_key');
      const refusal = await refusalOfAsync(refuseMasterPublicKey(octets));
      holds(refusal === undefined, 'the master public key is no such point', {
        expected: 'a point of the subgroup',
        got: refusal?.message,
        field: '/master_public_key',
      });
    },
  ),
  check(
    'MDT-REC-011',
    'possession',
    'the proof of possession verifies',
    { quote: "MUST be `s · H1'(master_public_key ‖ keys.anchor)`", scenes },
    async ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const mpk = hex(hosted.record.master_public_key, '/master_public_key');
      if (await refusalOfAsync(refuseMasterPublicKey(mpk)))
        throw new Untestable('the master public key is no point (MDT-REC-010)');
      const refusal = await refusalOfAsync(
        refuseMasterPop(mpk, hosted.key('anchor'), hex(hosted.record.master_pop, '/master_pop')),
      );
      holds(refusal === undefined, 'the proof of possession does not verify', {
        expected: 'e(pop, G2) = e(H1′, mpk)',
        got: refusal?.message,
        field: '/master_pop',
      });
    },
  ),
];

const rest: Suite['checks'] = [
  check(
    'MDT-REC-012',
    'first',
    'a first record has no entity_id and no previous',
    { quote: 'MUST NOT have `entity_id` or `previous`', scenes, negative: true },
    ({ seen }) => {
      const { record } = hostedOf(seen.birth);
      equal(record.entity_id, undefined, 'entity_id', '/entity_id');
      equal(record.previous, undefined, 'previous', '/previous');
    },
  ),
  check(
    'MDT-REC-013',
    'policy',
    'the policy is the configured one',
    { quote: 'the values that the entity is configured with', scenes },
    ({ seen }) => {
      equal({ ...hostedOf(seen.birth).record.policy }, { ...seen.birth.configuration.policy }, 'policy', '/policy');
    },
  ),
];

function refusalOf(attempt: () => unknown): Refusal | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function refusalOfAsync(attempt: Promise<void>): Promise<Refusal | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Whether 32 octets are a point of edwards25519 (RFC 8032, 5.1.3): y below p, and x recoverable. */
function isEd25519(octets: Buffer): boolean {
  const p = 2n ** 255n - 19n;
  const d = -121665n * inverse(121666n, p);
  const little = BigInt(`0x${Buffer.from(octets).reverse().toString('hex')}`);
  const y = little & (2n ** 255n - 1n);
  if (y >= p) return false;
  const mod = (value: bigint): bigint => ((value % p) + p) % p;
  const xx = mod((y * y - 1n) * inverse(mod(d * y * y + 1n), p));
  return xx === 0n ? little >> 255n === 0n : power(xx, (p - 1n) / 2n, p) === 1n;
}

function inverse(value: bigint, p: bigint): bigint {
  return power(value, p - 2n, p);
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let square = ((base % p) + p) % p;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

export const birthRecord: Suite = {
  chapter: '03-birth-record-and-hosting',
  checks: [...identity, ...addresses, ...keys, ...rest],
};
