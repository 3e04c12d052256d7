/** Envelopes of the recorded entity at the stages of its life, and envelopes of other records made in the same way. */
import type {
  BirthRecord,
  HostedRecord,
  HostedRetirement,
  LineageProof,
  LinkProof,
  Retirement,
} from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS, digestOfRecord } from './example-record.ts';
import { signDigest } from './keys.ts';
import { hash256, lineageOf, linkProofOf, RECORDED, RECORDS, stripped } from './recorded-proofs.ts';

/** A record with the key that signs it. */
export interface Holder {
  record: BirthRecord;
  key: Uint8Array;
}

export interface HostedStage {
  /** How many records are shown. */
  records: number;
  /** How many anchors the lineage has. */
  links: number;
  /** Indices of the links that are proven. */
  proven: number[];
}

const TYPE = 'milagro-birth-record';
/** Link of each record: its BIRTH or SUCCESSOR. */
const ANCHOR_LINKS = [0, 2, 3, 5];

export const HOLDERS: readonly Holder[] = RECORDS.map((record, index) => ({ record, key: keyAt(index) }));
export const SUCCEEDED: HostedStage = { records: 2, links: 3, proven: [0, 2] };

/** The envelope of the recorded entity at a stage. */
export function hostedAt({ records, links, proven }: HostedStage): HostedRecord {
  const anchor = linkProofOf(ANCHOR_LINKS[records - 1] ?? 0);
  return envelopeOf(HOLDERS.slice(0, records), anchor, lineageOf(links, proven));
}

/** The envelope after the RETIRE. */
export const RETIRED: HostedRecord = {
  ...hostedAt({ records: 4, links: 7, proven: [0, 2, 3, 5, 6] }),
  retirement: retirementOf(RECORDED.retirement.document, keyAt(3)),
};

/** The envelope of these records, each signed by its key and by the one before. */
export function envelopeOf(holders: readonly Holder[], anchor: LinkProof, lineage: LineageProof): HostedRecord {
  const signed = holders.map(({ record, key }, index) => {
    const digest = digestOfRecord(record);
    const before = holders[index - 1];
    return {
      birth_record: record,
      signature: signDigest(TYPE, digest, key).toString('hex'),
      ...(before && { previous_signature: signDigest(TYPE, digest, before.key).toString('hex') }),
    };
  });
  const newest = signed.pop();
  if (!newest) throw new Error('no record');
  return {
    ...newest,
    sha256: digestOfRecord(newest.birth_record).toString('hex'),
    ...(signed.length > 0 && { predecessors: signed }),
    anchor: { locator: anchor.locator, proof: anchor.proof },
    lineage,
  };
}

export function retirementOf(retirement: Retirement, key: Uint8Array, type = 'milagro-retire'): HostedRetirement {
  const digest = digestOfRecord(retirement);
  return {
    retirement,
    sha256: digest.toString('hex'),
    signature: signDigest(type, digest, key).toString('hex'),
  };
}

/** An envelope with one more transaction at the end of its lineage. */
export function withLink(hosted: HostedRecord, name: keyof typeof RECORDED.unsent): HostedRecord {
  const { transactions, proofs } = hosted.lineage;
  return { ...hosted, lineage: { transactions: [...transactions, stripped(RECORDED.unsent[name])], proofs } };
}

export function txidOf(transaction: string): string {
  return hash256(Buffer.from(stripped(transaction), 'hex'))
    .reverse()
    .toString('hex');
}

function keyAt(index: number): Uint8Array {
  const key = ANCHOR_KEYS[index];
  if (!key) throw new Error(`there is no anchor key ${String(index)}`);
  return key;
}
