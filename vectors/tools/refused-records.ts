/** Refusals of hosted-successor.json that records and their signatures give (MDT-REC-106 to -109, MDT-DOC-112 to -114). */
import type { BirthRecord, HostedRecord } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS, digestOfRecord } from './example-record.ts';
import { forgedSuccessor } from './forged-successions.ts';
import { hostedAt, SUCCEEDED } from './hosted-stages.ts';
import { digestOf, keyOf, masterKey, publicKey, signDigest, signHash } from './keys.ts';
import { linkProofOf, RECORD } from './recorded-proofs.ts';
import type { GroupBuilder } from './vector-builder.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const MAIN = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
const TYPE = 'milagro-birth-record';
const [FIRST_KEY, NEXT_KEY] = ANCHOR_KEYS;
const GOOD = hostedAt(SUCCEEDED);
const TWICE = hostedAt({ records: 3, links: 5, proven: [0, 2, 3, 4] });
const SUCCESSOR = GOOD.birth_record;

export function refusedRecords(group: GroupBuilder): void {
  const refuse = (code: string, requirement: string, flag: string, comment: string, hosted: object): void =>
    group.invalid({ comment, flags: [flag], requirements: [requirement], input: { hosted } }, code);
  successions(refuse);
  previousSignatures(refuse);
  envelopes(refuse);
}

type Refuse = (code: string, requirement: string, flag: string, comment: string, hosted: object) => void;

function successions(refuse: Refuse): void {
  const changed = (change: Partial<BirthRecord>): HostedRecord =>
    forgedSuccessor({ record: { ...SUCCESSOR, ...change } });
  const of = (comment: string, hosted: HostedRecord): void =>
    refuse('MDT_SUCCESSOR', 'MDT-REC-106', 'Succession', comment, hosted);
  const other = digestOf('another').toString('hex');
  of('another entity_id', changed({ entity_id: other }));
  of('another previous', changed({ previous: other }));
  of('another lineage.txid', changed({ lineage: { ...SUCCESSOR.lineage, txid: other } }));
  of('another lineage.vout', changed({ lineage: { ...SUCCESSOR.lineage, vout: 1 } }));
  of('another genesis', changed({ chain: { ...SUCCESSOR.chain, genesis: MAIN } }));
  of('another role', forgedSuccessor({ record: asIdp(SUCCESSOR) }));

  const stranger = keyOf('stranger');
  refuse(
    'MDT_NEXT_ANCHOR',
    'MDT-REC-107',
    'Promise',
    'a key that was not promised',
    forgedSuccessor({ record: withAnchor(SUCCESSOR, stranger), key: stranger }),
  );
  refuse(
    'MDT_NEXT_ANCHOR',
    'MDT-REC-107',
    'Promise',
    'the key before once more',
    forgedSuccessor({ record: withAnchor(SUCCESSOR, FIRST_KEY), key: FIRST_KEY }),
  );
  const renamed = { ...SUCCESSOR, name: 'Another Authority' };
  const digest = digestOfRecord(renamed);
  refuse('MDT_DIGEST', 'MDT-DOC-112', 'Succession', 'another successor record than the one anchored', {
    ...GOOD,
    birth_record: renamed,
    sha256: digest.toString('hex'),
    signature: signDigest(TYPE, digest, NEXT_KEY).toString('hex'),
    previous_signature: signDigest(TYPE, digest, FIRST_KEY).toString('hex'),
  });
  const [first] = GOOD.predecessors ?? [];
  if (!first) throw new Error('no predecessor');
  const firstDigest = digestOfRecord(RECORD);
  refuse('MDT_SIGNATURE', 'MDT-DOC-113', 'Succession', 'the first record signed by the key after it', {
    ...GOOD,
    predecessors: [{ ...first, signature: signDigest(TYPE, firstDigest, NEXT_KEY).toString('hex') }],
  });
  refuse('MDT_SIGNATURE', 'MDT-DOC-113', 'Succession', 'signed by the key before instead of its own', {
    ...GOOD,
    signature: GOOD.previous_signature,
  });
}

function previousSignatures(refuse: Refuse): void {
  const digest = digestOfRecord(SUCCESSOR);
  const of = (comment: string, signature: Buffer | string): void =>
    refuse('MDT_PREVIOUS_SIGNATURE', 'MDT-REC-108', 'PreviousSignature', comment, {
      ...GOOD,
      previous_signature: Buffer.from(signature).toString(typeof signature === 'string' ? 'utf8' : 'hex'),
    });
  const { previous_signature: right = '', ...without } = GOOD;
  refuse('MDT_PREVIOUS_SIGNATURE', 'MDT-REC-108', 'PreviousSignature', 'no previous_signature', without);
  of('by the new key', GOOD.signature);
  of('by keys.status of the record before', signDigest(TYPE, digest, keyOf('status')));
  of('under the tag of a retirement', signDigest('milagro-retire', digest, FIRST_KEY));
  of('over the digest without a tag', signHash(digest, FIRST_KEY));
  of('over the digest of the record before', signDigest(TYPE, digestOfRecord(RECORD), FIRST_KEY));
  const [first, second] = TWICE.predecessors ?? [];
  if (!first || !second) throw new Error('no predecessors');
  const { previous_signature: _, ...bare } = second;
  refuse(
    'MDT_PREVIOUS_SIGNATURE',
    'MDT-REC-108',
    'PreviousSignature',
    'no previous_signature of the record in the middle',
    { ...TWICE, predecessors: [first, bare] },
  );
  const highS = right.slice(0, 64) + (ORDER - BigInt(`0x${right.slice(64)}`)).toString(16).padStart(64, '0');
  refuse('MDT_SIGNATURE_HIGH_S', 'MDT-DOC-114', 'PreviousSignature', 'previous_signature with a high s', {
    ...GOOD,
    previous_signature: highS,
  });
}

function envelopes(refuse: Refuse): void {
  const of = (comment: string, hosted: object): void =>
    refuse('MDT_SCHEMA', 'MDT-REC-109', 'Envelope', comment, hosted);
  const first = hostedAt({ records: 1, links: 2, proven: [0, 1] });
  const { predecessors: _, ...alone } = GOOD;
  of('a successor record without predecessors', alone);
  of('a successor record with an empty list of predecessors', { ...GOOD, predecessors: [] });
  of('a first record with an empty list of predecessors', { ...first, predecessors: [] });
  of('a first record with previous_signature', { ...first, previous_signature: first.signature });
  const [before] = GOOD.predecessors ?? [];
  of('a first record as predecessor with previous_signature', {
    ...GOOD,
    predecessors: [{ ...before, previous_signature: before?.signature }],
  });
  refuse('MDT_LINEAGE_BROKEN', 'MDT-LIN-106', 'Envelope', 'the BIRTH shown as the anchor of a successor', {
    ...GOOD,
    anchor: anchorOf(0),
  });
}

function anchorOf(link: number): Pick<HostedRecord['anchor'], 'locator' | 'proof'> {
  const { locator, proof } = linkProofOf(link);
  return { locator, proof };
}

function asIdp(record: BirthRecord): BirthRecord {
  const { master_public_key: _, master_pop: __, idps: ___, ...rest } = record;
  return { ...rest, role: 'idp' };
}

/** The record with another anchor key, and the proof of possession that belongs to it. */
function withAnchor(record: BirthRecord, key: Uint8Array): BirthRecord {
  const anchor = publicKey(key);
  const keys = { ...record.keys, anchor: anchor.toString('hex') };
  return { ...record, keys, master_pop: masterKey('master', anchor).pop };
}
