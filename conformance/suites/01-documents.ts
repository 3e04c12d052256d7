/** Chapter 1, Documents: what a writer's Birth Record shows of it. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, Untestable } from '../kit/expect.ts';
import { schemaFault } from '../kit/schemas.ts';
import { readDocument } from '../oracle/json.ts';
import { Refusal } from '../oracle/refusal.ts';
import { deterministicR, hasLowS, pointOf, verifies } from '../oracle/signature.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';
import { lookedAt } from '../world/wire-log.ts';
import { hostedOf, integer, MAX_ENVELOPE, text } from './hosted-view.ts';

const scenes = ['birth'] as const;
const TAG = 'MDT/1/milagro-birth-record';
const MAX_DOCUMENT = 16_384;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** What the oracle refuses the hosted octets with, if anything. */
function refusal({ hosted }: BirthSeen): Refusal | undefined {
  if (hosted === undefined) throw new Untestable('the target was never ready, so it hosted nothing');
  lookedAt(hosted.record);
  if ('failed' in hosted.record) throw new Untestable('the hosted record was not served (MDT-HST-001)');
  try {
    readDocument(hosted.record.body, MAX_ENVELOPE);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const FORM = ['MDT_BOM', 'MDT_NOT_UTF8', 'MDT_NOT_JSON', 'MDT_DUPLICATE_MEMBER', 'MDT_LONE_SURROGATE', 'MDT_NESTING'];
const NUMBERS = ['MDT_NUMBER_LITERAL', 'MDT_NUMBER_RANGE'];

const form: Suite['checks'] = [
  check(
    'MDT-DOC-001',
    'i-json',
    'the hosted record is I-JSON',
    { quote: 'one JSON object that conforms to I-JSON', scenes },
    ({ seen }) => {
      const found = refusal(seen.birth);
      holds(found === undefined || !FORM.includes(found.code), 'the hosted record is not I-JSON', {
        expected: 'I-JSON',
        got: found?.message,
      });
    },
  ),
  check(
    'MDT-DOC-002',
    'integers',
    'every number is a plain integer',
    { quote: 'an integer between −(2^53 − 1) and 2^53 − 1', scenes },
    ({ seen }) => {
      const found = refusal(seen.birth);
      holds(found === undefined || !NUMBERS.includes(found.code), 'a number is not a plain integer', {
        expected: 'integers without fraction and exponent',
        got: found?.message,
        ...(found && { field: found.field }),
      });
    },
  ),
  check(
    'MDT-DOC-003',
    'times',
    'times are RFC 3339 in UTC with whole seconds',
    { quote: 'with the letter `Z` and whole seconds', scenes },
    ({ seen }) => {
      const { created } = hostedOf(seen.birth).record;
      holds(
        typeof created === 'string' && TIME.test(created) && !Number.isNaN(Date.parse(created)),
        '`created` is not such a time',
        {
          expected: '2026-01-31T12:00:00Z',
          got: created,
          field: '/created',
        },
      );
    },
  ),
  check(
    'MDT-DOC-004',
    'lower-case',
    'octets are lower-case hexadecimal',
    { quote: 'lower-case hexadecimal', scenes },
    ({ seen }) => {
      const { record } = hostedOf(seen.birth);
      const octets = {
        ...record.keys,
        master_public_key: record.master_public_key,
        master_pop: record.master_pop,
        lineage: record.lineage?.txid,
      };
      for (const [name, value] of Object.entries(octets)) {
        if (typeof value !== 'string') continue;
        holds(/^([0-9a-f]{2})+$/.test(value), `${name} is not lower-case hexadecimal`, {
          expected: '[0-9a-f]',
          got: value,
          field: name,
        });
      }
    },
  ),
  check(
    'MDT-DOC-005',
    'members',
    'the members every document has are there',
    { quote: '`type`, `spec`, `chain`, `created` and `freshness`', scenes },
    ({ seen }) => {
      const { record } = hostedOf(seen.birth);
      for (const name of ['type', 'spec', 'chain', 'created', 'freshness'] as const) {
        holds(record[name] !== undefined, `${name} is missing`, {
          expected: 'a member',
          got: undefined,
          field: `/${name}`,
        });
      }
    },
  ),
  check('MDT-DOC-006', 'spec', '`spec` is 1.0', { quote: 'MUST be `1.0`', scenes }, ({ seen }) => {
    equal(hostedOf(seen.birth).record.spec, '1.0', '`spec`', '/spec');
  }),
  check(
    'MDT-DOC-007',
    'unknown-member',
    'there is no member beyond the specification',
    { quote: 'a member that this specification does not define', scenes, negative: true },
    ({ seen }) => {
      const fault = schemaFault('birth-record', hostedOf(seen.birth).record);
      const unknown = fault?.message.includes('additional properties') ?? false;
      holds(!unknown, 'the record has an unknown member', {
        expected: 'members of the specification',
        got: fault?.field,
        ...(fault && { field: fault.field }),
      });
    },
  ),
  check(
    'MDT-DOC-008',
    'size',
    'the record has at most 16,384 octets',
    { quote: 'MUST NOT number more than 16,384', scenes },
    ({ seen }) => {
      const { length } = hostedOf(seen.birth).octets;
      holds(length <= MAX_DOCUMENT, 'the record is too large', {
        expected: `at most ${String(MAX_DOCUMENT)} octets`,
        got: length,
      });
    },
  ),
  check(
    'MDT-DOC-009',
    'self-reference',
    'the record holds neither its digest nor its signature',
    { quote: 'MUST NOT contain its own digest or a signature over it', scenes, negative: true },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const inside = hosted.octets.toString('utf8');
      for (const value of [hosted.stated.toString('hex'), hosted.signature.toString('hex')]) {
        holds(value === '' || !inside.includes(value), 'the record holds its own digest or signature', {
          expected: 'neither',
          got: value,
        });
      }
    },
  ),
];

const signature: Suite['checks'] = [
  check(
    'MDT-DOC-010',
    'digest',
    'the stated digest is that of the canonical octets',
    { quote: 'the SHA-256 of its RFC 8785 canonical octets', scenes },
    ({ seen, evidence }) => {
      const hosted = hostedOf(seen.birth);
      evidence('canonical octets', hosted.octets.toString('utf8'));
      equal(hosted.stated.toString('hex'), hosted.digest.toString('hex'), 'the digest', '/sha256');
    },
  ),
  check(
    'MDT-DOC-011',
    'signature',
    'OpenSSL verifies the live signature under the tag',
    { quote: 'an ECDSA signature over secp256k1 of the 32 octets `Ht("MDT/1/" ‖ type, digest)`', scenes },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const good = hosted.signature.length === 64 && verifies(TAG, hosted.stated, hosted.signature, anchorKey(hosted));
      holds(good, 'the live signature does not verify', {
        expected: 'a signature over the tagged digest',
        got: hosted.envelope.signature,
        field: '/signature',
      });
    },
  ),
  check('MDT-DOC-012', 'compact', 'the signature has 64 octets', { quote: 'MUST be 64 octets', scenes }, ({ seen }) => {
    equal(hostedOf(seen.birth).signature.length, 64, 'the number of octets', '/signature');
  }),
  check(
    'MDT-DOC-013',
    'low-s',
    'the signature has a low s',
    { quote: 'MUST NOT be greater than half the order', scenes, negative: true },
    ({ seen }) => {
      const { signature: octets } = hostedOf(seen.birth);
      if (octets.length !== 64) throw new Untestable('the signature is not 64 octets (MDT-DOC-012)');
      holds(hasLowS(octets), 'the signature has a high s', {
        expected: 's ≤ n/2',
        got: octets.subarray(32).toString('hex'),
        field: '/signature',
      });
    },
  ),
  check(
    'MDT-DOC-014',
    'nonce',
    'r is that of the RFC 6979 nonce',
    { quote: 'the one that RFC 6979 derives with SHA-256', scenes, feature: 'import_secrets' },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const secret = seen.birth.imported?.anchor;
      if (secret === undefined || !pointOf(Buffer.from(secret, 'hex')).equals(hosted.key('anchor')))
        throw new Untestable('the record is not of the imported anchor key');
      if (!verifies(TAG, hosted.stated, hosted.signature, hosted.key('anchor')))
        throw new Untestable('the signature does not verify (MDT-DOC-011)');
      const expected = deterministicR(TAG, hosted.stated, Buffer.from(secret, 'hex'));
      equal(hosted.signature.subarray(0, 32).toString('hex'), expected.toString('hex'), 'r', '/signature');
    },
  ),
];

const bounds: Suite['checks'] = [
  check(
    'MDT-DOC-015',
    'depth',
    'the freshness block was 6 to 144 deep',
    { quote: 'at least 6 and at most 144 blocks upon it', scenes },
    async ({ seen, world, evidence }) => {
      const { freshness } = hostedOf(seen.birth).record;
      const height = integer(freshness?.height, '/freshness/height');
      const tip = seen.birth.hosted?.tipBefore ?? 0;
      holds(height <= tip, 'the freshness block is above the tip', {
        expected: `at most ${String(tip)}`,
        got: height,
        field: '/freshness/height',
      });
      equal((await world.index.blockAt(height)).hash, freshness?.hash, 'the hash at that height', '/freshness/hash');
      // Written after the payment was deep enough and before the anchor was mined: the tip was between these two. It is
      // known where the chain stood still until the anchor was there.
      const earliest = seen.birth.payment?.height ?? 0;
      const anchored = seen.birth.descendants[0]?.block?.height ?? tip;
      const latest = seen.birth.writtenUnder ?? anchored - 1;
      evidence('heights', { freshness: height, paid: earliest, latest, anchored });
      holds(latest - height >= 6, 'the freshness block was not 6 deep', {
        expected: `at most ${String(latest - 6)}`,
        got: height,
        field: '/freshness/height',
      });
      holds(earliest - height <= 144, 'the freshness block was more than 144 deep', {
        expected: `at least ${String(earliest - 144)}`,
        got: height,
        field: '/freshness/height',
      });
    },
  ),
  check(
    'MDT-DOC-016',
    'created',
    '`created` is not before the freshness block',
    { quote: 'MUST NOT be earlier than the median time past', scenes },
    async ({ seen, world }) => {
      const { freshness, created } = hostedOf(seen.birth).record;
      const block = await world.index.blockAt(integer(freshness?.height, '/freshness/height'));
      const at = Date.parse(text(created, '/created')) / 1000;
      holds(at >= block.mediantime, '`created` is before the median time past of the freshness block', {
        expected: `at least ${new Date(block.mediantime * 1000).toISOString()}`,
        got: created,
        field: '/created',
      });
    },
  ),
  check(
    'MDT-DOC-017',
    'genesis',
    '`chain.genesis` is block 0 of the node',
    { quote: 'MUST be the hash of block 0', scenes },
    ({ seen, world }) => {
      equal(hostedOf(seen.birth).record.chain?.genesis, world.genesis, 'genesis', '/chain/genesis');
    },
  ),
  check(
    'MDT-DOC-018',
    'checkpoint',
    'the checkpoint is a block of the chain at a multiple of 2016',
    { quote: 'whose height is a multiple of 2016', scenes },
    async ({ seen, world }) => {
      const checkpoint = hostedOf(seen.birth).record.chain?.checkpoint;
      const height = integer(checkpoint?.height, '/chain/checkpoint/height');
      equal(height % 2016, 0, 'the height modulo 2016', '/chain/checkpoint/height');
      holds(height <= (seen.birth.hosted?.tipAfter ?? 0), 'the checkpoint is above the tip', {
        expected: 'a block of the chain',
        got: height,
        field: '/chain/checkpoint/height',
      });
      equal(
        checkpoint?.hash,
        (await world.index.blockAt(height)).hash,
        'the hash at that height',
        '/chain/checkpoint/hash',
      );
    },
  ),
  check(
    'MDT-DOC-019',
    'header-format',
    '`header_format` is sha256d-80',
    { quote: 'MUST be `sha256d-80`', scenes },
    ({ seen }) => {
      equal(hostedOf(seen.birth).record.chain?.header_format, 'sha256d-80', 'header_format', '/chain/header_format');
    },
  ),
];

/** The key that the record names; one that is no point verifies nothing, which MDT-REC-001 and -008 tell. */
function anchorKey(hosted: ReturnType<typeof hostedOf>): Buffer {
  const key = hosted.key('anchor');
  if (key.length !== 33) throw new Untestable('keys.anchor is not a compressed key (MDT-REC-001)');
  return key;
}

export const documents: Suite = { chapter: '01-documents', checks: [...form, ...signature, ...bounds] };
