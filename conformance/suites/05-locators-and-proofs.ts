/** Chapter 5, Locators and proofs: what a target claims of its anchor, against the node's own blocks. */
import type { AnchorProof, Locator } from '../../reference/gen/schemas.ts';
import { check, type Suite } from '../kit/check.ts';
import { equal, holds, NotObservable, present, show, Untestable } from '../kit/expect.ts';
import { hash256 } from '../oracle/digest.ts';
import { branchRoot, displayed, rootOf } from '../oracle/merkle.ts';
import { decodeTxref } from '../oracle/txref.ts';
import type { ChainTransaction, IndexedBlock } from '../world/chain-index.ts';
import type { HttpResult } from '../world/http-client.ts';
import type { BirthSeen } from '../world/scenes/birth.ts';
import type { World } from '../world/world.ts';
import { anchorsOf, birthOf, satoshi } from './anchor-view.ts';
import { hex, HostedView, hostedOf, integer, list, type Loose } from './hosted-view.ts';

const scenes = ['birth'] as const;
const TXREF_DEPTH = 6;
const MOST_HEADERS = 6;
const HEADER_DIGITS = 160;

const locator: Suite['checks'] = [
  check(
    'MDT-LOC-001',
    'place',
    'every locator names its anchor where the node has it',
    { quote: 'as they are in the active chain', scenes },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      equal(placed(hosted.locator), placeOf(birthOf(seen.birth)), 'the locator', '/anchor/locator');
      for (const { link, locator } of hosted.linkProofs) {
        const tx = anchorsOf(seen.birth.descendants)[integer(link, '/lineage/proofs')];
        if (tx) equal(placed(locator), placeOf(tx), 'the locator of a link', `/lineage/proofs/${String(link)}/locator`);
      }
    },
  ),
  check(
    'MDT-LOC-002',
    'early',
    'there is no txref before 6 confirmations',
    { quote: 'MUST NOT have a `txref` while the anchor has fewer than 6 confirmations', scenes, negative: true },
    ({ seen }) => {
      const hosted = hostedOf(seen.birth);
      const anchored = birthOf(seen.birth).block?.height;
      const tip = seen.birth.hosted?.tipAfter;
      if (anchored === undefined || tip === undefined) throw new Untestable('the BIRTH is not mined');
      const confirmations = tip - anchored + 1;
      if (confirmations >= TXREF_DEPTH)
        throw new Untestable(
          `blocks came too fast: ${String(confirmations)} confirmations when the record was fetched`,
        );
      for (const [{ txref }, place] of locatorsOf(hosted))
        equal(txref, undefined, `txref at ${String(confirmations)} confirmations`, `${place}/txref`);
    },
  ),
  check(
    'MDT-LOC-003',
    'txref',
    'the txref is that of the place',
    { quote: 'MUST be the BIP-136 encoding (Bech32m) of the height and index', scenes },
    ({ seen, evidence }) => {
      const named = txrefsAgree(seen.birth.deep?.result, seen.birth.descendants);
      evidence('txrefs', named);
      if (named.length === 0) throw new NotObservable('no locator has a txref, which it need not have');
    },
  ),
];

/** Proofs are checked wherever they stand: beside the record, and in the lineage. */
const proofs: Suite['checks'] = [
  check(
    'MDT-PRF-001',
    'transaction',
    'the proof carries the transaction with its witness',
    { quote: 'MUST carry the transaction with its witness', scenes },
    ({ seen }) => {
      equal(
        hostedOf(seen.birth).proof.transaction,
        birthOf(seen.birth).hex,
        'the transaction',
        '/anchor/proof/transaction',
      );
    },
  ),
  check(
    'MDT-PRF-002',
    'prevout',
    '`prevout_value` is what input 0 spends',
    { quote: 'the value in satoshi of the output that input 0 spends', scenes },
    async ({ seen, world }) => {
      const { txid, vout } = present(birthOf(seen.birth).vin[0], 'input 0');
      const spent = await outputOf(world, seen.birth, txid, vout);
      equal(hostedOf(seen.birth).proof.prevout_value, spent, 'prevout_value', '/anchor/proof/prevout_value');
    },
  ),
  check(
    'MDT-PRF-003',
    'branch',
    'the branch leads from the BIRTH to the root of its block',
    { quote: 'MUST lead from the transaction to the Merkle root of `header`', scenes },
    async ({ seen, world }) => {
      const { proof } = hostedOf(seen.birth);
      const block = await blockOf(world, seen.birth);
      equal(proof.header, await headerOf(world, block.hash), 'the header', '/anchor/proof/header');
      equal(proof.position, birthOf(seen.birth).block?.index, 'the position', '/anchor/proof/position');
      const leaf = Buffer.from(birthOf(seen.birth).txid, 'hex').reverse();
      const root = branchRoot(leaf, branch(proof.merkle_branch), integer(proof.position, '/anchor/proof/position'));
      equal(
        displayed(root),
        displayed(rootOf(hex(proof.header, '/anchor/proof/header', 80))),
        'where the branch leads',
        '/anchor/proof/merkle_branch',
      );
    },
  ),
  check(
    'MDT-PRF-004',
    'coinbase',
    'the coinbase and its branch are there, as long as the other',
    { quote: 'the branch of position 0, as long as `merkle_branch`', scenes },
    async ({ seen, world }) => {
      const { proof } = hostedOf(seen.birth);
      const block = await blockOf(world, seen.birth);
      equal(
        displayed(hash256(hex(proof.coinbase, '/anchor/proof/coinbase'))),
        block.tx[0]?.txid,
        'the txid of the coinbase without witness',
        '/anchor/proof/coinbase',
      );
      equal(
        proof.coinbase_branch?.length,
        proof.merkle_branch?.length,
        'the length of the coinbase branch',
        '/anchor/proof/coinbase_branch',
      );
      const root = branchRoot(hash256(hex(proof.coinbase, '/anchor/proof/coinbase')), branch(proof.coinbase_branch), 0);
      equal(
        displayed(root),
        displayed(rootOf(hex(await headerOf(world, block.hash), 'header', 80))),
        'where the coinbase branch leads',
        '/anchor/proof/coinbase_branch',
      );
    },
  ),
  check(
    'MDT-PRF-005',
    'following',
    'the headers that follow are those of the chain',
    { quote: 'the min(6, `policy.confirmations` − 1) headers that follow `header`', scenes },
    async ({ seen, world }) => {
      const hosted = hostedOf(seen.birth);
      const anchored = present(birthOf(seen.birth).block, 'the block of the BIRTH').height;
      const count = Math.min(MOST_HEADERS, hosted.confirmations - 1);
      const heights = Array.from({ length: count }, (_, index) => anchored + 1 + index);
      const expected = await Promise.all(
        heights.map(async (height) => headerOf(world, (await world.index.blockAt(height)).hash)),
      );
      equal(hosted.proof.following_headers, expected, 'following_headers', '/anchor/proof/following_headers');
    },
  ),
  check(
    'MDT-PRF-006',
    'lineage',
    'the lineage lists every anchor without witness',
    { quote: 'MUST list the transactions of the lineage without witness, from the BIRTH to the tip', scenes },
    ({ seen }) => {
      const listed = hostedOf(seen.birth).linkTransactions;
      const ids = listed.map((octets, index) =>
        displayed(hash256(hex(octets, `/lineage/transactions/${String(index)}`))),
      );
      const chain = anchorsOf(seen.birth.descendants).map(({ txid }) => txid);
      birthOf(seen.birth);
      holds(ids.length > 0, 'the lineage is empty', {
        expected: 'the BIRTH at least',
        got: ids,
        field: '/lineage/transactions',
      });
      // A transaction with its witness has another double SHA-256 than its txid. Anchors made later cannot be in it yet.
      equal(ids, chain.slice(0, ids.length), 'the txids of the lineage', '/lineage/transactions');
    },
  ),
  check(
    'MDT-PRF-007',
    'link-proofs',
    'the BIRTH and the newest deep link are proven',
    { quote: 'one AnchorProof each of the BIRTH, of every SUCCESSOR', scenes },
    async ({ seen, world, evidence }) => {
      const links = hostedOf(seen.birth).linkProofs;
      evidence(
        'links proven',
        links.map(({ link }) => link),
      );
      holds(
        links.some(({ link }) => link === 0),
        'the BIRTH is not proven',
        { expected: 'a proof of link 0', got: links.map(({ link }) => link), field: '/lineage/proofs' },
      );
      for (const { link, proof } of links) await checkLink(world, seen.birth, integer(link, '/lineage/proofs'), proof);
    },
  ),
];

async function checkLink(
  world: World,
  seen: BirthSeen,
  link: number,
  proof: { readonly [K in keyof AnchorProof]?: unknown } | undefined,
): Promise<void> {
  const field = `/lineage/proofs/${String(link)}`;
  const tx = present(anchorsOf(seen.descendants)[link], `the anchor that link ${String(link)} names`);
  equal(proof?.transaction, tx.hex, 'the transaction of the proof', `${field}/proof/transaction`);
  equal(proof?.header, await headerOf(world, tx.block?.hash ?? ''), 'the header of the proof', `${field}/proof/header`);
}

type Place = Partial<Record<'txid' | 'vout' | 'block_hash' | 'height' | 'tx_index', unknown>>;

/** What a locator says, its txref aside. */
export function placed(locator: Place | undefined): Place {
  const { txid, vout, block_hash, height, tx_index } = locator ?? {};
  return { txid, vout, block_hash, height, tx_index };
}

/** Where the node has an anchor. */
export function placeOf(tx: ChainTransaction | undefined): Place {
  if (!tx) throw new Untestable('the anchor is not there');
  const { txid, vout, block } = tx;
  const index = vout.findIndex(({ scriptPubKey }) => scriptPubKey.hex.startsWith('6a'));
  return { txid, vout: index, block_hash: block?.hash, height: block?.height, tx_index: block?.index };
}

/** Holds every txref of an envelope against the place of its anchor. Gives what it found. */
export function txrefsAgree(result: HttpResult | undefined, descendants: readonly ChainTransaction[]): unknown[] {
  const locators = locatorsOf(new HostedView(result)).filter(([{ txref }]) => txref !== undefined);
  for (const [{ txref, txid }, place] of locators) {
    const anchor = anchorsOf(descendants).find((tx) => tx.txid === txid);
    if (!anchor) continue; // a locator of another transaction is told by MDT-LOC-001
    const { height, index } = present(anchor.block, 'the block of the anchor');
    const decoded = decode(txref, `${place}/txref`);
    equal(
      { height: decoded.height, tx_index: decoded.tx_index },
      { height, tx_index: index },
      'the place that txref names',
      `${place}/txref`,
    );
  }
  return locators.map(([{ txref }]) => txref);
}

/** Every locator of an envelope, with its place. */
function locatorsOf(hosted: HostedView): [locator: Loose<Locator>, place: string][] {
  return [
    [hosted.locator, '/anchor/locator'],
    ...hosted.linkProofs.flatMap(({ locator }, index): [Loose<Locator>, string][] =>
      locator ? [[locator, `/lineage/proofs/${String(index)}/locator`]] : [],
    ),
  ];
}

function decode(txref: unknown, field: string): ReturnType<typeof decodeTxref> {
  try {
    if (typeof txref !== 'string') throw new Error('not a string');
    return decodeTxref(txref, 'regtest');
  } catch (error) {
    holds(false, 'the txref cannot be decoded', {
      expected: 'txrt1:…',
      got: `${show(txref)}: ${(error as Error).message}`,
      field,
    });
    throw error;
  }
}

async function blockOf(world: World, seen: BirthSeen): Promise<IndexedBlock> {
  const { block } = birthOf(seen);
  if (!block) throw new Untestable('the BIRTH is not mined');
  return world.index.block(block.hash);
}

export async function headerOf(world: World, hash: string): Promise<string> {
  const header = await world.chain.rpc.call<string>('getblockheader', [hash, false]);
  return header.slice(0, HEADER_DIGITS);
}

async function outputOf(
  world: World,
  seen: BirthSeen,
  txid: string | undefined,
  vout: number | undefined,
): Promise<number | undefined> {
  const blocks = await world.index.blocksFrom(seen.payment?.height ?? 0);
  const tx = blocks.flatMap((block) => block.tx).find((found) => found.txid === txid);
  return tx && satoshi(tx.vout[vout ?? 0]?.value ?? 0);
}

function branch(hashes: readonly unknown[] | undefined): Buffer[] {
  return list(hashes, 'branch').map((hash, index) => hex(hash, `branch/${String(index)}`, 32));
}

export const locatorAndProofs: Suite = { chapter: '05-locators-and-proofs', checks: [...locator, ...proofs] };
