/** Envelopes of the recorded entity with another first SUCCESSOR, RETIRE or record than the recorded one: each forged anchor is signed, mined and proven. */
import type { BirthRecord, HostedRecord, LineageProof, Retirement } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS, digestOfRecord } from './example-record.ts';
import { continuationOf, forgeAnchor, forgeBirth, placeAnchor, type Forged } from './forged-anchors.ts';
import { envelopeOf, HOLDERS, retirementOf, type Holder } from './hosted-stages.ts';
import { digestOf } from './keys.ts';
import { headerAt, headersBetween } from './recorded-headers.ts';
import { followingOf, lineageOf, RECORD, RECORDED, stripped } from './recorded-proofs.ts';

const [FIRST_KEY, NEXT_KEY] = ANCHOR_KEYS;
const ENTITY: string = digestOfRecord(RECORD).toString('hex');
const PARENT = 140;

export interface ForgedSuccessor {
  record: BirthRecord;
  /** Signs the record; that of its `keys.anchor`, but for a fault. */
  key?: Uint8Array;
  /** Key that output 1 pays. */
  payTo?: Uint8Array;
}

/** The envelope of a first record and a forged successor, with the SUCCESSOR after the recorded STATUS. */
export function forgedSuccessor({ record, key = NEXT_KEY, payTo = key }: ForgedSuccessor): HostedRecord {
  const spent = continuationOf(RECORDED.status, FIRST_KEY);
  const anchor = forgeAnchor(spent, '04', digestOfRecord(record), ENTITY, payTo);
  const { lineage, proof } = lineageWith(anchor);
  return envelopeOf([...HOLDERS.slice(0, 1), { record, key }], proof, lineage);
}

/** The envelope of the first record and a RETIRE after the recorded STATUS that anchors `anchored`, and shows `shown`. */
export function forgedRetirement(anchored: Retirement, shown: Retirement = anchored): HostedRecord {
  const spent = continuationOf(RECORDED.status, FIRST_KEY);
  const anchor = forgeAnchor(spent, '05', digestOfRecord(anchored), ENTITY, FIRST_KEY);
  const { lineage } = lineageWith(anchor);
  const birth = lineage.proofs[0];
  return { ...envelopeOf(HOLDERS.slice(0, 1), birth, lineage), retirement: retirementOf(shown, FIRST_KEY) };
}

/**
 * The envelope of a record of one's own with its BIRTH upon block 130, and the headers of that chain.
 * @param anchored digest in the BIRTH; the record's own, but for a fault
 */
export function forgedBirth(
  { record, key }: Holder,
  anchored: Uint8Array = digestOfRecord(record),
): { hosted: HostedRecord; headers: string } {
  const { txid, vout } = record.lineage;
  const anchor = forgeBirth({ txid, vout, value: RECORDED.birth.prevout_value, key }, anchored);
  const parent = { header: headerAt(130), height: 130 };
  const proof = placeAnchor(anchor, 0, parent, followingOf(RECORDED.birth));
  const lineage: LineageProof = { transactions: [stripped(anchor.transaction)], proofs: [proof] };
  return { hosted: envelopeOf([{ record, key }], proof, lineage), headers: headersBetween(1, 130) + headersOf(proof) };
}

/**
 * What a thief of the first key can do after a SUCCESSOR: a record that the first key signed over to his own, beside a
 * SUCCESSOR that spends an output of his own to that key and commits to anything. And the headers of that chain.
 */
export function foreignSuccessor({ record, key }: Holder): { hosted: HostedRecord; headers: string } {
  const spent = { txid: digestOf('an output of the thief').toString('hex'), value: 100_000, key: FIRST_KEY };
  const anchor = forgeAnchor(spent, '04', digestOf('anything'), ENTITY, key);
  const parent = { header: headerAt(PARENT), height: PARENT };
  const proof = placeAnchor(anchor, 2, parent, followingOf(RECORDED.status));
  return {
    hosted: envelopeOf([...HOLDERS.slice(0, 1), { record, key }], proof, lineageOf(2, [0])),
    headers: headersBetween(1, PARENT) + headersOf(proof),
  };
}

function headersOf({ proof }: LineageProof['proofs'][0]): string {
  return proof.header + proof.following_headers.join('');
}

function lineageWith(anchor: Forged): { lineage: LineageProof; proof: LineageProof['proofs'][0] } {
  const recorded = lineageOf(2, [0]);
  const following = followingOf(RECORDED.status);
  const proof = placeAnchor(anchor, 2, { header: headerAt(PARENT), height: PARENT }, following);
  return {
    lineage: {
      transactions: [...recorded.transactions, stripped(anchor.transaction)],
      proofs: [...recorded.proofs, proof],
    },
    proof,
  };
}
