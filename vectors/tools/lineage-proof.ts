/** The group lineage-proof of vectors/anchor-proof.json: lineages of a first Birth Record, right and wrong (spec 2.2, 5). */
import type { BirthRecord, LineageProof } from '../../reference/gen/schemas.ts';
import { encodeTxref } from '../../conformance/oracle/txref.ts';
import { digestOfRecord } from './example-record.ts';
import { digestOf, keyOf, publicKey } from './keys.ts';
import type { UnsentName } from './record-chain.ts';
import { blockAt, hash256, lineageOf, RECORD, RECORDED, stripped } from './recorded-proofs.ts';
import type { GroupBuilder } from './vector-builder.ts';

const LINEAGE_READER = [
  'MDT-LIN-101',
  'MDT-LIN-102',
  'MDT-LIN-103',
  'MDT-LIN-105',
  'MDT-LIN-106',
  'MDT-LIN-107',
  'MDT-LIN-108',
  'MDT-LOC-102',
  'MDT-PRF-109',
  'MDT-REC-104',
] as const;

export function lineageProofs(group: GroupBuilder): void {
  const good = lineageOf();
  const digest = digestOfRecord(RECORD).toString('hex');
  const input = (
    lineage: LineageProof,
    record: BirthRecord = RECORD,
    recordDigest: string = digest,
  ): Record<string, unknown> => ({ record, digest: recordDigest, lineage });
  const { birth, status } = RECORDED;
  group.valid(
    {
      comment: 'a BIRTH and a STATUS',
      requirements: ['MDT-PRF-006', 'MDT-PRF-007', ...LINEAGE_READER],
      input: input(good),
    },
    { tip: status.txid, links: 2 },
  );
  const alone: LineageProof = { transactions: [good.transactions[0]], proofs: [good.proofs[0]] };
  group.valid(
    { comment: 'a BIRTH alone', requirements: ['MDT-PRF-006', 'MDT-PRF-007', ...LINEAGE_READER], input: input(alone) },
    { tip: birth.txid, links: 1 },
  );
  group.valid(
    {
      comment: 'the newest link is not deep enough for a proof',
      requirements: ['MDT-PRF-006', 'MDT-PRF-007', ...LINEAGE_READER],
      input: input({ transactions: good.transactions, proofs: [good.proofs[0]] }),
    },
    { tip: status.txid, links: 2 },
  );
  const refuse = (
    code: string,
    requirement: string,
    flag: string,
    comment: string,
    refused: Record<string, unknown>,
  ): void => group.invalid({ comment, flags: [flag], requirements: [requirement], input: refused }, code);
  const [first, second = ''] = good.transactions;
  refuse(
    'MDT_LINEAGE_OUTPOINT',
    'MDT-LIN-101',
    'Lineage',
    'the record names another outpoint',
    input(alone, { ...RECORD, lineage: { ...RECORD.lineage, vout: 1 } }),
  );
  refuse(
    'MDT_LINEAGE_OUTPOINT',
    'MDT-LIN-101',
    'Lineage',
    'begins with the STATUS',
    input({ transactions: [second], proofs: good.proofs }),
  );
  refuse(
    'MDT_LINEAGE_BROKEN',
    'MDT-LIN-106',
    'Lineage',
    'the BIRTH twice',
    input({ transactions: [first, first], proofs: [good.proofs[0]] }),
  );
  refuse(
    'MDT_LINEAGE_BROKEN',
    'MDT-LIN-106',
    'Lineage',
    'the STATUS twice',
    input({ transactions: [first, second, second], proofs: [good.proofs[0]] }),
  );
  refuse(
    'MDT_LINEAGE_CONTINUATION',
    'MDT-LIN-103',
    'Lineage',
    'the record has another anchor key',
    input(alone, withAnchorKey(RECORD)),
  );
  refuse(
    'MDT_DIGEST',
    'MDT-DOC-112',
    'Lineage',
    'the BIRTH of another record',
    input(alone, RECORD, digestOf('another record').toString('hex')),
  );
  refuse(
    'MDT_PAYLOAD_ROLE',
    'MDT-REC-104',
    'Lineage',
    'the BIRTH of another role',
    input(alone, { ...RECORD, role: 'idp' }),
  );
  refuse(
    'MDT_SCHEMA',
    'MDT-PRF-109',
    'Lineage',
    'no proof of the BIRTH',
    input({ transactions: good.transactions, proofs: [good.proofs[1] ?? good.proofs[0]] }),
  );
  refuse(
    'MDT_LINEAGE_BROKEN',
    'MDT-LIN-106',
    'Lineage',
    'a proof shown for another link',
    input({
      transactions: good.transactions,
      proofs: [good.proofs[0], { ...(good.proofs[1] ?? good.proofs[0]), link: 0 }],
    }),
  );
  refuse(
    'MDT_LINEAGE_BROKEN',
    'MDT-LIN-106',
    'Lineage',
    'a proof of a link beyond the tip',
    input({ ...alone, proofs: [good.proofs[0], { ...good.proofs[0], link: 1 }] }),
  );
  refuse(
    'MDT_MALFORMED_TX',
    'MDT-PRF-102',
    'Malformed',
    'a link with its witness',
    input({ ...alone, transactions: [birth.transaction] }),
  );
  const after = (name: UnsentName): Record<string, unknown> =>
    input({ transactions: [...good.transactions, stripped(RECORDED.unsent[name])], proofs: good.proofs });
  group.valid(
    {
      comment: 'an ACTIVITY_ROOT after the STATUS, not yet in a block',
      requirements: ['MDT-PRF-006', 'MDT-PRF-007', ...LINEAGE_READER],
      input: after('good'),
    },
    { tip: txidOf(RECORDED.unsent.good), links: 3 },
  );
  const outputs = (name: UnsentName): void =>
    refuse('MDT_LINEAGE_OUTPUTS', 'MDT-LIN-102', 'Lineage', `a link with ${name}`, after(name));
  outputs('three outputs');
  outputs('OP_RETURN second');
  refuse(
    'MDT_LINEAGE_CONTINUATION',
    'MDT-LIN-103',
    'Lineage',
    'a link with its continuation to another key',
    after('continuation to another key'),
  );
  const foreign = (name: UnsentName, comment: string): void =>
    refuse('MDT_LINEAGE_BROKEN', 'MDT-LIN-108', 'Lineage', comment, after(name));
  foreign('second BIRTH', 'a second BIRTH of the same record');
  foreign('another entity', 'a link that names another entity');
  foreign('PAT_SIGNATURE', 'a PAT_SIGNATURE as a link');
  foreign('experimental kind', 'an experimental kind as a link');
  const late = { ...RECORD, lineage: { txid: birth.txid, vout: 1 } };
  const statusOnly: LineageProof = {
    transactions: [second],
    proofs: [{ ...(good.proofs[1] ?? good.proofs[0]), link: 0 }],
  };
  refuse('MDT_PAYLOAD_KIND', 'MDT-LIN-107', 'Lineage', 'a lineage that begins with a STATUS', input(statusOnly, late));
  const moved = (change: Partial<LineageProof['proofs'][0]['locator']>): Record<string, unknown> => {
    const [proof] = good.proofs;
    return input({ ...alone, proofs: [{ ...proof, locator: { ...proof.locator, ...change } }] });
  };
  refuse(
    'MDT_LOCATOR',
    'MDT-LOC-102',
    'Locator',
    'the locator names another transaction',
    moved({ txid: status.txid }),
  );
  refuse('MDT_LOCATOR', 'MDT-LOC-102', 'Locator', 'the locator names another output', moved({ vout: 1 }));
  refuse(
    'MDT_LOCATOR',
    'MDT-LOC-102',
    'Locator',
    'the locator names another block',
    moved({ block_hash: blockAt(132).hash }),
  );
  refuse('MDT_LOCATOR', 'MDT-LOC-102', 'Locator', 'the locator names another index', moved({ tx_index: 2 }));
  const { locator: at } = good.proofs[0];
  const another = (height: number, place: { tx_index?: number; vout?: number } = {}): string =>
    encodeTxref({ network: 'regtest', height, tx_index: at.tx_index, ...place });
  const referred = (comment: string, txref: string): void =>
    refuse('MDT_TXREF', 'MDT-LOC-101', 'Locator', comment, moved({ txref }));
  referred('the txref names another height', another(at.height + 1));
  referred('the txref names another index', another(at.height, { tx_index: at.tx_index + 1 }));
  referred('the txref names another output', another(at.height, { vout: at.vout + 1 }));
  referred(
    'the txref is of another network',
    encodeTxref({ network: 'test', height: at.height, tx_index: at.tx_index }),
  );
  refuse(
    'MDT_TXREF',
    'MDT-LOC-101',
    'Locator',
    'the height is another one than the txref names',
    moved({ height: at.height - 1 }),
  );
  const [proof] = good.proofs;
  refuse(
    'MDT_CHAIN_SIGNATURE',
    'MDT-LIN-105',
    'Prevout',
    'prevout_value one satoshi more',
    input({
      ...alone,
      proofs: [{ ...proof, proof: { ...proof.proof, prevout_value: proof.proof.prevout_value + 1 } }],
    }),
  );
}

function withAnchorKey(record: BirthRecord): BirthRecord {
  return { ...record, keys: { ...record.keys, anchor: publicKey(keyOf('another anchor')).toString('hex') } };
}

function txidOf(transaction: string): string {
  return hash256(Buffer.from(stripped(transaction), 'hex'))
    .reverse()
    .toString('hex');
}
