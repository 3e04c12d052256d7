/** What a relay is asked of the same anchors and coin again and again, while blocks come and go under them. */
import type { GrpcResult } from '../grpc-failure.ts';
import type { ChainTruth } from '../relay/chain-truth.ts';
import type { KitAnchors, Made } from '../relay/kit-anchors.ts';
import { payloads } from '../relay/payloads.ts';
import type { World } from '../world.ts';
import { unspentOf, type UnspentSeen } from './relay-coin.ts';
import { find, type Found } from './relay-questions.ts';
import type { Answer, RelayStage } from './relay-stage.ts';

/** What was answered while the chain stood still, and what the node said of that chain. */
export interface ChainMoment {
  readonly what: string;
  readonly truth: ChainTruth;
  readonly found: readonly Found[];
  readonly proofs: readonly Answer<'getAnchorProof'>[];
  readonly lineages: readonly Answer<'getLineageProof'>[];
  readonly statuses: readonly Answer<'getTransactionStatus'>[];
  readonly unspent: readonly UnspentSeen[];
}

/** What it is asked about: a lineage whose BIRTH stays where it is, and anchors that do not. */
export interface MovedAnchors {
  readonly kit: KitAnchors;
  readonly birth: Made;
  /** Their order in a block is the node's affair. */
  readonly moved: Readonly<Record<'the PAT_SIGNATURE' | 'the STATUS', Made>>;
  readonly digest: Buffer;
  readonly entity: Buffer;
}

const PAT_SIGNATURE = 0x10;
const DEPTHS = [1, 2];

/** The BIRTH in a block, and what is to move in the block upon it. */
export async function anchorsToMove({ regtest, random }: World, kit: KitAnchors): Promise<MovedAnchors> {
  const [entity, digest] = [random.hex('entity of what moves', 32), random.hex('status of what moves', 32)];
  const birth = await kit.anchor(payloads.birth(entity));
  await regtest.mine(1);
  const signature = await kit.anchor(payloads.patSignature('0a'.repeat(64)));
  const status = await kit.anchor(payloads.status({ digest, entity }), birth.coin);
  await regtest.mine(1);
  const moved = { 'the PAT_SIGNATURE': signature, 'the STATUS': status };
  return { kit, birth, moved, digest: Buffer.from(digest, 'hex'), entity: Buffer.from(entity, 'hex') };
}

/** Asks once the relay has followed to this chain, or has had the time for it. */
export async function momentOf(
  stage: RelayStage,
  what: string,
  truth: ChainTruth,
  { kit, birth, moved, digest, entity }: MovedAnchors,
): Promise<ChainMoment> {
  const all = Object.entries({ 'the BIRTH': birth, ...moved }).map(
    ([name, { txid }]) => [`${name}, ${what}`, Buffer.from(txid, 'hex')] as const,
  );
  await stage.soon(async () => {
    const each = await Promise.all(all.map(async ([, txid]) => stage.client.ask('getTransactionStatus', { txid })));
    const isRight = all.every(([, txid], index) => depthIn(each[index]) === confirmationsIn(truth, txid));
    return isRight ? true : undefined;
  });
  const found: Found[] = [];
  const questions = {
    ...{ all: {}, 'PAT signatures': { kinds: [PAT_SIGNATURE] }, 'the digest of the STATUS': { digest } },
    'the entity': { entityId: entity },
  };
  for (const [name, asked] of Object.entries(questions)) found.push(await find(stage, `${name}, ${what}`, asked));
  const proofs: Answer<'getAnchorProof'>[] = [];
  const statuses: Answer<'getTransactionStatus'>[] = [];
  for (const [name, txid] of all) {
    statuses.push(await stage.ask('getTransactionStatus', name, { txid }));
    for (const confirmations of DEPTHS) proofs.push(await stage.ask('getAnchorProof', name, { txid, confirmations }));
  }
  const birthTxid = Buffer.from(birth.txid, 'hex');
  const lineages = [await stage.ask('getLineageProof', `the BIRTH, ${what}`, { birthTxid, confirmations: 1 })];
  const unspent = [await unspentOf(stage, `the coin of the kit, ${what}`, kit.key.script)];
  return { what, truth, found, proofs, lineages, statuses, unspent };
}

function depthIn(status: GrpcResult<{ confirmations: number }> | undefined): number | undefined {
  return status === undefined || 'failed' in status ? undefined : status.value.confirmations;
}

function confirmationsIn({ blocks }: ChainTruth, txid: Buffer): number {
  const id = txid.toString('hex');
  const height = blocks.findIndex(({ tx }) => tx.some((each) => each.txid === id));
  return height < 0 ? 0 : blocks.length - height;
}
