/** Refusals of hosted-successor.json that the links of the lineage give (MDT-LIN-103 to -112, MDT-PRF-108). */
import type { HostedRecord, LinkProof } from '../../reference/gen/schemas.ts';
import { ANCHOR_KEYS } from './example-record.ts';
import { signedBy } from './forged-anchors.ts';
import { forgedSuccessor } from './forged-successions.ts';
import { hostedAt, RETIRED, SUCCEEDED, withLink, type HostedStage } from './hosted-stages.ts';
import { keyOf } from './keys.ts';
import { blockAt, LINKS, linkProofOf, RECORDED, RECORDS } from './recorded-proofs.ts';
import type { GroupBuilder } from './vector-builder.ts';

const [FIRST_KEY, NEXT_KEY] = ANCHOR_KEYS;
const FIRST: HostedStage = { records: 1, links: 2, proven: [0, 1] };
const PENDING: HostedStage = { records: 1, links: 3, proven: [0, 1] };
const TWICE: HostedStage = { records: 3, links: 5, proven: [0, 2, 3, 4] };
const THRICE: HostedStage = { records: 4, links: 6, proven: [0, 2, 3, 5] };

export function refusedLinks(group: GroupBuilder): void {
  const refuse = (code: string, requirement: string, flag: string, comment: string, hosted: HostedRecord): void =>
    group.invalid({ comment, flags: [flag], requirements: [requirement], input: { hosted } }, code);

  const continuation = (comment: string, requirement: string, hosted: HostedRecord): void =>
    refuse('MDT_LINEAGE_CONTINUATION', requirement, 'Continuation', comment, hosted);
  const record = RECORDS[1] ?? RECORDS[0];
  if (!record) throw new Error('no record');
  continuation('a SUCCESSOR that pays the key before', 'MDT-LIN-110', forgedSuccessor({ record, payTo: FIRST_KEY }));
  continuation(
    'a SUCCESSOR that pays a stranger',
    'MDT-LIN-110',
    forgedSuccessor({ record, payTo: keyOf('stranger') }),
  );
  continuation(
    'a SUCCESSOR that pays a script hash, its record not shown yet',
    'MDT-LIN-110',
    withLink(hostedAt(FIRST), 'SUCCESSOR to a script hash'),
  );
  const back = 'STATUS back to the key before';
  continuation('a STATUS back to the key before', 'MDT-LIN-103', withLink(hostedAt(SUCCEEDED), back));
  continuation(
    'a STATUS back to the key before, after a SUCCESSOR whose record is not shown yet',
    'MDT-LIN-103',
    withLink(hostedAt(PENDING), back),
  );

  const missing = (comment: string, at: HostedStage): void =>
    refuse('MDT_SUCCESSOR_MISSING', 'MDT-LIN-111', 'Missing', comment, hostedAt(at));
  missing('the first record alone, its SUCCESSOR proven', { ...SUCCEEDED, records: 1 });
  missing('two records, two SUCCESSORs proven', { ...TWICE, records: 2 });
  missing('a successor whose SUCCESSOR is younger than the newest proven link', { ...THRICE, proven: [0, 2, 3, 4] });

  refuse('MDT_SUCCESSOR_MISSING', 'MDT-LIN-111', 'Missing', 'a successor, and a lineage that has no SUCCESSOR', {
    ...hostedAt(SUCCEEDED),
    lineage: hostedAt(FIRST).lineage,
  });

  const signed = (comment: string, at: HostedStage, link: number, key: Uint8Array): void => {
    const anchor = LINKS[link];
    const proof = linkProofOf(link);
    if (!anchor) throw new Error('no such link');
    const { transaction } = signedBy(anchor, key);
    refuse(
      'MDT_WITNESS',
      'MDT-LIN-104',
      'Key',
      comment,
      withProof(hostedAt(at), { ...proof, proof: { ...proof.proof, transaction } }),
    );
  };
  signed('a SUCCESSOR signed by the new key', { ...TWICE, links: 5 }, 2, NEXT_KEY);
  signed('a STATUS after two SUCCESSORs signed by the first key', TWICE, 4, FIRST_KEY);

  const following = (comment: string, at: HostedStage, link: number, count: number): void => {
    const proof = linkProofOf(link);
    const { height } = proof.locator;
    const headers = Array.from({ length: count }, (_, index) => blockAt(height + 1 + index).header);
    const changed = { ...proof, proof: { ...proof.proof, following_headers: headers } };
    refuse('MDT_HEADER_LINK', 'MDT-PRF-108', 'Depth', comment, withProof(hostedAt(at), changed));
  };
  following('a SUCCESSOR proven by the policy of its own record, which is less', TWICE, 3, 1);
  following('a SUCCESSOR proven by the policy of its own record, which is more', THRICE, 5, 5);

  const late = (comment: string, name: 'STATUS after RETIRE' | 'SUCCESSOR after RETIRE'): void =>
    refuse('MDT_LINEAGE_BROKEN', 'MDT-LIN-109', 'AfterTheEnd', comment, withLink(withoutRetirement(), name));
  late('a STATUS after the RETIRE', 'STATUS after RETIRE');
  late('a SUCCESSOR after the RETIRE', 'SUCCESSOR after RETIRE');

  group.invalid(
    {
      comment: "a further input that spends another entity's continuation",
      flags: ['ForeignInput'],
      requirements: ['MDT-LIN-112'],
      input: {
        hosted: withLink(hostedAt(SUCCEEDED), 'the continuation of another entity as further input'),
        known_transactions: [RECORDED.foreign_birth],
      },
    },
    'MDT_LINEAGE_FOREIGN_INPUT',
  );
}

/** The envelope with the proof of one link replaced, but for the anchor beside the record. */
function withProof(hosted: HostedRecord, changed: LinkProof): HostedRecord {
  const proofs = hosted.lineage.proofs.map((proof) => (proof.link === changed.link ? changed : proof));
  return { ...hosted, lineage: { ...hosted.lineage, proofs: proofs as HostedRecord['lineage']['proofs'] } };
}

/** An envelope after the RETIRE, without its document: that is not what these tests are about. */
function withoutRetirement(): HostedRecord {
  const { retirement: _, ...hosted } = RETIRED;
  return hosted;
}
