/**
 * Proofs of the anchors of the recorded chain. The branches are computed here and every root is compared
 * with the header that bitcoind mined.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnchorProof, BirthRecord, LineageProof, LinkProof, Locator } from '../../reference/gen/schemas.ts';
import { Transaction } from 'bitcoinjs-lib';
import { encodeTxref } from '../../conformance/oracle/txref.ts';
import { sha256 } from './keys.ts';
import type { RecordedAnchor, RecordedChain } from './record-chain.ts';
import type { RecordedBlock } from './recorder.ts';

const SOURCE = join(import.meta.dirname, '../sources/regtest-chain.json');

export const RECORDED = JSON.parse(readFileSync(SOURCE, 'utf8')) as RecordedChain;
export const RECORD: BirthRecord = RECORDED.record;

const reversed = (hex: string): Buffer => Buffer.from(hex, 'hex').reverse();

export function hash256(octets: Uint8Array): Buffer {
  return sha256(sha256(octets));
}

/** Sibling hashes of the leaf at `position`, and the root. Leaves are as computed, not reversed. */
export function branchOf(leaves: readonly Buffer[], position: number): { branch: string[]; root: string } {
  const branch: string[] = [];
  let level = [...leaves];
  let index = position;
  while (level.length > 1) {
    const last = level.at(-1);
    if (level.length % 2 === 1 && last) level.push(last);
    branch.push(level[index ^ 1]?.toString('hex') ?? '');
    level = level.flatMap((node, at) => (at % 2 === 0 ? [hash256(Buffer.concat([node, level[at + 1] ?? node]))] : []));
    index >>= 1;
  }
  return { branch, root: level[0]?.toString('hex') ?? '' };
}

export function blockAt(height: number): RecordedBlock {
  const block = RECORDED.blocks.find((candidate) => candidate.height === height);
  if (!block) throw new Error(`no block ${String(height)} is recorded`);
  return block;
}

/** The proof of a recorded anchor with `following` headers. */
export function proofOf(anchor: RecordedAnchor, following: number): AnchorProof {
  const block = blockAt(anchor.height);
  const leaves = block.txids.map(reversed);
  const position = block.txids.indexOf(anchor.txid);
  const { branch, root } = branchOf(leaves, position);
  if (root !== block.header.slice(72, 136))
    throw new Error(`block ${String(anchor.height)}: another root than bitcoind's`);
  return {
    transaction: anchor.transaction,
    prevout_value: anchor.prevout_value,
    vout: 0,
    header: block.header,
    merkle_branch: branch,
    position,
    coinbase: block.coinbase,
    coinbase_branch: branchOf(leaves, 0).branch,
    following_headers: Array.from({ length: following }, (_, index) => blockAt(anchor.height + 1 + index).header),
  };
}

export function locatorOf(anchor: RecordedAnchor): Locator {
  const block = blockAt(anchor.height);
  const txIndex = block.txids.indexOf(anchor.txid);
  const place = { height: anchor.height, tx_index: txIndex };
  return {
    txid: anchor.txid,
    vout: 0,
    block_hash: block.hash,
    ...place,
    txref: encodeTxref({ network: 'regtest', ...place }),
  };
}

/** Every anchor of the recorded lineage, the BIRTH first. */
export const LINKS: readonly RecordedAnchor[] = [
  RECORDED.birth,
  RECORDED.status,
  ...RECORDED.successors.slice(0, 2).map(({ anchor }) => anchor),
  RECORDED.later_status,
  ...RECORDED.successors.slice(2).map(({ anchor }) => anchor),
  RECORDED.retirement.anchor,
];
/** Every record, the first one first. */
export const RECORDS: readonly BirthRecord[] = [RECORD, ...RECORDED.successors.map(({ record }) => record)];

/** The number of headers that follow a link: by the policy of the record in force before it (spec 6). */
export function followingOf(anchor: RecordedAnchor): number {
  const before = RECORDED.successors.filter((each) => each.anchor.height < anchor.height).length;
  return Math.min(6, (RECORDS[before] ?? RECORD).policy.confirmations - 1);
}

/** The first `count` anchors, with proofs of those at the indices `proven`. */
export function lineageOf(count = 2, proven: readonly number[] = [0, 1]): LineageProof {
  return {
    transactions: LINKS.slice(0, count).map(({ transaction }) => stripped(transaction)) as LineageProof['transactions'],
    proofs: proven.map((link) => linkProofOf(link)) as LineageProof['proofs'],
  };
}

export function linkProofOf(link: number): LinkProof {
  const anchor = LINKS[link];
  if (!anchor) throw new Error(`there is no link ${String(link)}`);
  return { link, locator: locatorOf(anchor), proof: proofOf(anchor, followingOf(anchor)) };
}

/** A transaction without its witness. */
export function stripped(transaction: string): string {
  const parsed = Transaction.fromHex(transaction);
  parsed.stripWitnesses();
  return parsed.toHex();
}
