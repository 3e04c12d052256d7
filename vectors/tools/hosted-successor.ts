/** vectors/hosted-successor.json: envelopes of entities that changed their key or ended (spec 6), with one fault each. */
import { Transaction } from 'bitcoinjs-lib';
import type { HostedRecord, LineageProof, VectorFile } from '../../reference/gen/schemas.ts';
import { hostedAt, RETIRED, SUCCEEDED, txidOf, withLink, type HostedStage } from './hosted-stages.ts';
import { refusedLinks } from './refused-links.ts';
import { refusedRecords } from './refused-records.ts';
import { refusedRetirements } from './refused-retirements.ts';
import { RECORDED, stripped } from './recorded-proofs.ts';
import { VectorBuilder, type GroupBuilder } from './vector-builder.ts';

const SOURCE = 'vectors/sources/regtest-chain.json';

export function build(): VectorFile {
  return new VectorBuilder({
    algorithm: 'hosted-successor',
    source:
      'a lineage with three SUCCESSORs and a RETIRE that bitcoind mined (vectors/sources/regtest-chain.json), and forged anchors in blocks of the regtest target; signatures by noble-curves',
    header: [
      'hosted-record: read the envelope and verify all of it: digest of the record in force, tip and number of links, or the refusal.',
      'The octets are any JSON serialization of `hosted`.',
      'Where known_transactions stands, the reader knows these transactions and looks at every further input of the lineage.',
    ],
    notes: {
      Succession: { bugType: 'AUTHENTICATION', description: 'A record that does not follow from the one before it.' },
      Promise: {
        bugType: 'AUTHENTICATION',
        description: 'The key is not the one that the record before promised by its hash.',
      },
      PreviousSignature: {
        bugType: 'AUTHENTICATION',
        description: 'The key before has not signed the change, or not rightly.',
      },
      Missing: { bugType: 'MISSING_STEP', description: 'Records and SUCCESSORs do not correspond.' },
      Envelope: {
        bugType: 'TYPE',
        description: 'Members of a successor beside a first record, or the other way round.',
      },
      Continuation: { bugType: 'EQUIVOCATION', description: 'Output 1 gives the lineage to somebody else.' },
      Key: { bugType: 'AUTHENTICATION', description: 'A link signed by a key that is not in force before it.' },
      Depth: { bugType: 'EDGE_CASE', description: 'The policy is that of the record in force before the link.' },
      Pending: { bugType: 'EDGE_CASE', description: 'A SUCCESSOR or RETIRE that is not deep enough to count.' },
      ForeignInput: { bugType: 'CONFUSION', description: 'A further input, and whose coin it is.' },
      Retirement: { bugType: 'INTEGRITY', description: 'The document of the end, and what the RETIRE anchors.' },
      AfterTheEnd: { bugType: 'EQUIVOCATION', description: 'An anchor after the RETIRE.' },
    },
  })
    .group({ type: 'hosted-record', source: SOURCE }, accepted)
    .group({ type: 'hosted-record', source: SOURCE }, refusedRecords)
    .group({ type: 'hosted-record', source: SOURCE }, refusedLinks)
    .group({ type: 'hosted-record', source: SOURCE }, refusedRetirements)
    .build();
}

const READS = [
  'MDT-LIN-103',
  'MDT-LIN-110',
  'MDT-LIN-111',
  'MDT-REC-106',
  'MDT-REC-107',
  'MDT-REC-108',
  'MDT-REC-109',
] as const;

function accepted(group: GroupBuilder): void {
  const accept = (
    comment: string,
    flags: string[],
    requirements: readonly string[],
    hosted: HostedRecord,
    known?: string[],
  ): void => {
    const tip = hosted.lineage.transactions.at(-1) ?? '';
    group.valid(
      {
        comment,
        flags,
        requirements: ['MDT-DOC-112', ...requirements],
        input: { hosted, ...(known && { known_transactions: known }) },
      },
      { digest: hosted.sha256, tip: txidOf(tip), links: hosted.lineage.transactions.length },
    );
  };
  const stage = (comment: string, flags: string[], at: HostedStage): void =>
    accept(comment, flags, READS, hostedAt(at));
  stage('a SUCCESSOR in a block, not deep enough', ['Pending'], { records: 1, links: 3, proven: [0, 1] });
  stage('one successor', [], SUCCEEDED);
  stage('a second SUCCESSOR in a block, not deep enough', ['Pending'], { records: 2, links: 4, proven: [0, 2] });
  stage('two successors, the second with another policy, and a STATUS', ['Depth'], {
    records: 3,
    links: 5,
    proven: [0, 2, 3, 4],
  });
  stage('three successors', ['Depth'], { records: 4, links: 6, proven: [0, 2, 3, 5] });
  stage('three successors and a RETIRE that is not deep enough', ['Pending'], {
    records: 4,
    links: 7,
    proven: [0, 2, 3, 5],
  });
  accept('three successors and a RETIRE', ['Retirement'], [...READS, 'MDT-LIN-109', 'MDT-RET-101'], RETIRED);

  const after = (name: keyof typeof RECORDED.unsent, at: HostedStage): HostedRecord => withLink(hostedAt(at), name);
  accept(
    'a STATUS by the new key after a SUCCESSOR that is not deep enough',
    ['Pending'],
    ['MDT-LIN-103', 'MDT-LIN-110'],
    after('STATUS by the next key', { records: 1, links: 3, proven: [0, 1] }),
  );
  accept(
    'a further input that spends a deposit',
    ['ForeignInput'],
    ['MDT-LIN-112'],
    after('a deposit as further input', SUCCEEDED),
    [RECORDED.foreign_birth],
  );
  const { hosted: spendsThird, known } = spendingThirdOutput();
  accept(
    'a further input that spends another output of an anchor than its continuation',
    ['ForeignInput'],
    ['MDT-LIN-112'],
    spendsThird,
    [known],
  );
  accept(
    "another entity's continuation, which a thin client cannot know",
    ['ForeignInput'],
    ['MDT-LIN-106'],
    after('the continuation of another entity as further input', SUCCEEDED),
  );
}

/**
 * A STATUS with a further input that spends output 2 of a transaction whose output 0 carries a BIRTH: an anchor with an
 * output too many, which is nobody's continuation.
 */
function spendingThirdOutput(): { hosted: HostedRecord; known: string } {
  const known = Transaction.fromHex(RECORDED.foreign_birth);
  const [, continuation] = known.outs;
  if (!continuation) throw new Error('the foreign BIRTH has no continuation');
  known.addOutput(continuation.script, 100_000n);
  known.stripWitnesses();
  const status = Transaction.fromHex(stripped(RECORDED.unsent['a deposit as further input']));
  const [, further] = status.ins;
  if (!further) throw new Error('no further input');
  further.hash = known.getHash();
  further.index = 2;
  const { transactions, proofs } = hostedAt(SUCCEEDED).lineage;
  const lineage: LineageProof = { transactions: [...transactions, status.toHex()], proofs };
  return { hosted: { ...hostedAt(SUCCEEDED), lineage }, known: known.toHex() };
}
