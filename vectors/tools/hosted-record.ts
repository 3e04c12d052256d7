/** vectors/hosted-record.json: the whole envelope of a first Birth Record (spec 3.2), valid and with one fault each. */
import type { BirthRecord, HostedRecord, VectorFile } from '../../reference/gen/schemas.ts';
import { digestOfRecord, EXAMPLE_ANCHOR_KEY } from './example-record.ts';
import { digestOf, keyOf, signDigest, signHash } from './keys.ts';
import { lineageOf, locatorOf, proofOf, RECORD, RECORDED } from './recorded-proofs.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const MAX_ENVELOPE_OCTETS = 1_048_576;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const TYPE = 'milagro-birth-record';
const FOLLOWING = Math.min(6, RECORD.policy.confirmations - 1);

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'hosted-record',
    source: 'a lineage that bitcoind mined (vectors/sources/regtest-chain.json); signatures by noble-curves',
    header: [
      'hosted-record: read the envelope and verify all of it: digest of the record, tip and number of links, or the refusal.',
      'The octets are any JSON serialization of `hosted`, followed by spaces up to `octets` where that is given.',
      "Where own_chain stands, it is the reader's.",
    ],
    notes: {
      Altered: {
        bugType: 'INTEGRITY',
        description: 'The record is not the one that was signed, or not the one anchored.',
      },
      Signature: {
        bugType: 'AUTHENTICATION',
        description: 'The live signature is of another key, another tag, or has a high s.',
      },
      Anchor: { bugType: 'EQUIVOCATION', description: 'The anchor shown is not the BIRTH of the lineage shown.' },
      Cap: { bugType: 'DENIAL_OF_SERVICE', description: 'At or one beyond a cap, which is asked before parsing.' },
      Chain: { bugType: 'CONFUSION', description: "Another chain than the reader's." },
      Form: { bugType: 'TYPE', description: 'The envelope is not of its form.' },
    },
  })
    .group({ type: 'hosted-record', source: 'vectors/sources/regtest-chain.json' }, accepted)
    .group({ type: 'hosted-record', source: 'vectors/sources/regtest-chain.json' }, refused)
    .build();
}

/** The envelope of a record, signed again. */
function envelope(record: BirthRecord = RECORD, key: Uint8Array = EXAMPLE_ANCHOR_KEY): HostedRecord {
  const digest = digestOfRecord(record);
  return {
    birth_record: record,
    sha256: digest.toString('hex'),
    signature: signDigest(TYPE, digest, key).toString('hex'),
    anchor: { locator: locatorOf(RECORDED.birth), proof: proofOf(RECORDED.birth, FOLLOWING) },
    lineage: lineageOf(),
  };
}

const GOOD = envelope();
const OWN = { genesis: RECORD.chain.genesis, checkpoint: RECORD.chain.checkpoint };

function accepted(group: GroupBuilder): void {
  const expected = { digest: GOOD.sha256, tip: RECORDED.status.txid, links: 2 };
  const accept = (
    comment: string,
    requirements: [string, ...string[]],
    flags: string[],
    more: Record<string, unknown>,
  ): void => group.valid({ comment, flags, requirements, input: { hosted: GOOD, ...more } }, expected);
  accept('a D-TA with two anchors', ['MDT-REC-003', 'MDT-DOC-112', 'MDT-DOC-113'], [], {});
  accept("on the reader's chain", ['MDT-DOC-115'], ['Chain'], { own_chain: OWN });
  accept('1,048,576 octets', ['MDT-HST-101'], ['Cap'], { octets: MAX_ENVELOPE_OCTETS });
}

function refused(group: GroupBuilder): void {
  const refuse = (
    code: string,
    requirement: string,
    flag: string,
    comment: string,
    hosted: object,
    more: Record<string, unknown> = {},
  ): void => group.invalid({ comment, flags: [flag], requirements: [requirement], input: { hosted, ...more } }, code);
  const renamed = { ...RECORD, name: 'Another Authority' };
  refuse('MDT_DOCUMENT_TOO_LARGE', 'MDT-HST-101', 'Cap', '1,048,577 octets', GOOD, { octets: MAX_ENVELOPE_OCTETS + 1 });
  const bulky = envelope({ ...RECORD, ext: { padding: 'x'.repeat(16_384) } });
  refuse('MDT_DOCUMENT_TOO_LARGE', 'MDT-DOC-101', 'Cap', 'a record of more than 16,384 canonical octets', bulky);

  refuse('MDT_DIGEST', 'MDT-DOC-112', 'Altered', 'the record altered after signing', {
    ...GOOD,
    birth_record: renamed,
  });
  refuse('MDT_DIGEST', 'MDT-DOC-112', 'Altered', 'another sha256', {
    ...GOOD,
    sha256: digestOf('other').toString('hex'),
  });
  refuse('MDT_DIGEST', 'MDT-DOC-112', 'Altered', 'another record, signed again, on the same anchor', envelope(renamed));

  const digest = digestOfRecord(RECORD);
  const signed = (signature: Buffer): HostedRecord => ({ ...GOOD, signature: signature.toString('hex') });
  const s = BigInt(`0x${GOOD.signature.slice(64)}`);
  const highS = GOOD.signature.slice(0, 64) + (ORDER - s).toString(16).padStart(64, '0');
  refuse('MDT_SIGNATURE', 'MDT-DOC-113', 'Signature', 'by another key', envelope(RECORD, keyOf('other')));
  refuse('MDT_SIGNATURE', 'MDT-DOC-113', 'Signature', 'by keys.status', envelope(RECORD, keyOf('status')));
  refuse(
    'MDT_SIGNATURE',
    'MDT-DOC-113',
    'Signature',
    'over the digest without a tag',
    signed(signHash(digest, EXAMPLE_ANCHOR_KEY)),
  );
  refuse(
    'MDT_SIGNATURE',
    'MDT-DOC-113',
    'Signature',
    'under the tag of a STATUS',
    signed(signDigest('milagro-status', digest, EXAMPLE_ANCHOR_KEY)),
  );
  refuse('MDT_SIGNATURE_HIGH_S', 'MDT-DOC-114', 'Signature', 'with a high s', { ...GOOD, signature: highS });

  const status = { locator: locatorOf(RECORDED.status), proof: proofOf(RECORDED.status, FOLLOWING) };
  refuse('MDT_LINEAGE_BROKEN', 'MDT-LIN-106', 'Anchor', 'the STATUS shown as the anchor', { ...GOOD, anchor: status });
  refuse('MDT_LOCATOR', 'MDT-LOC-102', 'Anchor', 'the locator of the STATUS', {
    ...GOOD,
    anchor: { ...GOOD.anchor, locator: status.locator },
  });
  const wrongValue = { ...GOOD.anchor.proof, prevout_value: 999_999 };
  refuse('MDT_CHAIN_SIGNATURE', 'MDT-LIN-105', 'Anchor', 'another prevout_value', {
    ...GOOD,
    anchor: { ...GOOD.anchor, proof: wrongValue },
  });

  const elsewhere = { ...OWN, checkpoint: { height: 2016, hash: OWN.genesis } };
  refuse('MDT_WRONG_CHAIN', 'MDT-DOC-115', 'Chain', 'the reader has another checkpoint', GOOD, {
    own_chain: elsewhere,
  });
  refuse('MDT_UNKNOWN_MEMBER', 'MDT-DOC-110', 'Form', 'a member beside the record', {
    ...GOOD,
    entity_id: GOOD.sha256,
  });
  const { signature: _, ...unsigned } = GOOD;
  refuse('MDT_SCHEMA', 'MDT-DOC-111', 'Form', 'no signature', unsigned);
  refuse('MDT_SCHEMA', 'MDT-DOC-111', 'Form', 'the record as text', { ...GOOD, birth_record: JSON.stringify(RECORD) });
}
