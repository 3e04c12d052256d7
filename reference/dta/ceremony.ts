/**
 * The ceremony of birth, in the order that the protocol fixes: keys → fund → ≥ policy.confirmations →
 * write record → anchor → ≥ policy.confirmations → ready. `advance` does what can be done now and says where it
 * stands; it is called again at every block and after every start, and keeps nothing but what DtaState keeps.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { signAnchor, type SignedAnchor, type SpendableCoin } from '../chain/anchor-builder.ts';
import { fundingNeeded } from '../chain/anchor-cost.ts';
import type { BitcoinNode, ChainTip, WalletCoin } from '../chain/bitcoin-node.ts';
import { guardedTip, type GuardedTip, type GuardMemory } from '../chain/chain-guard.ts';
import { chooseFunding, FURTHER_INPUT_CONFIRMATIONS } from '../chain/coin-choice.ts';
import { LineageWallet } from '../chain/lineage-wallet.ts';
import { buildDtaRecord, entityIdOf, signRecord, type SignedRecord } from '../core/birth-record.ts';
import { bytesToHex } from '../core/hex.ts';
import { hostHintOf } from '../core/host-hint.ts';
import { encodePayload } from '../core/payload.ts';
import { p2wpkhAddress } from '../core/public-key-script.ts';
import { creationTime } from '../core/time.ts';
import type { BlockRef } from '../gen/schemas.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Launch } from '../runtime/launch.ts';
import type { Logger } from '../runtime/log.ts';
import { BirthFollower } from './birth-follower.ts';
import { feeRate, maxFeeRate } from './fee-options.ts';
import { recordIdentity } from './identity.ts';
import { anchorPublicKey } from './secrets.ts';
import type { Stage } from './stage.ts';
import type { Birth, DtaState } from './state.ts';

/** MDT-DOC-015: a younger block could be orphaned and would leave an immutable record that nobody can verify. */
const FRESHNESS_DEPTH = 6;

export interface CeremonyParts {
  readonly launch: Launch;
  readonly node: BitcoinNode;
  readonly state: DtaState;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the lineage key may have been paid before this process was started. */
  readonly olderKey: boolean;
}

export class Ceremony {
  readonly wallet: LineageWallet;
  readonly #parts: CeremonyParts;
  readonly #follower: BirthFollower;
  readonly #guarded: GuardMemory = {};
  #watching = false;

  constructor(parts: CeremonyParts) {
    this.#parts = parts;
    const { node, state, log, launch } = parts;
    this.wallet = new LineageWallet(node, anchorPublicKey(state.secrets));
    this.#follower = new BirthFollower({
      ...{ node, state, log, wallet: this.wallet },
      confirmations: launch.configuration.policy.confirmations,
      maxFeeSatVb: maxFeeRate(launch),
    });
  }

  /**
   * Goes as far as the chain allows.
   * @param best hash of the best block, where that was just asked for
   * @throws MdtError MDT_WRONG_CHAIN, MDT_CHAIN_UNAVAILABLE, MDT_LINEAGE_BROKEN; RpcRefusal
   */
  async advance(best?: string): Promise<Stage> {
    const { launch, node, state, olderKey } = this.#parts;
    const tip = await guardedTip(node, launch.configuration.chain, this.#guarded, best);
    if (!this.#watching) {
      await this.wallet.watch(olderKey);
      this.#watching = true;
    }
    if (state.birth) return this.#follower.follow(state.birth, tip);
    if (tip.height < FRESHNESS_DEPTH)
      return { at: 'waiting', detail: `the chain has ${tip.height} blocks, ${FRESHNESS_DEPTH} are needed` };
    return this.#fundAndAnchor(tip);
  }

  async #fundAndAnchor(tip: GuardedTip): Promise<Stage> {
    const { launch, state, log } = this.#parts;
    const { policy } = launch.configuration;
    const needed = fundingNeeded(feeRate(launch));
    const coins = await this.wallet.coins();
    const choice = chooseFunding(coins, needed, policy.confirmations);
    if (choice.funded === 'no') {
      const address = p2wpkhAddress(anchorPublicKey(state.secrets), launch.network.addressPrefix);
      return { at: 'unfunded', address, missingSat: needed - coins.reduce((sum, coin) => sum + coin.value, 0) };
    }
    if (choice.funded === 'waiting') return { at: 'waiting', detail: depthWanted(policy.confirmations) };
    const signed = await this.#writeRecord(tip, choice.coins[0]);
    const anchor = this.#signBirth(signed, choice.coins);
    const birth = birthOf(signed, choice.coins, anchor);
    state.giveBirth(birth); // on disk before the network sees it
    log.info(
      { entity_id: entityIdOf(signed.digest), txid: anchor.txid, fee_sat_vb: anchor.feeSatVb },
      'record written, anchor signed',
    );
    return this.#follower.follow(birth, tip);
  }

  async #writeRecord(tip: ChainTip, { txid, vout }: WalletCoin): Promise<SignedRecord> {
    const { launch, node, state, clock } = this.#parts;
    const { genesis, checkpoint } = launch.configuration.chain;
    const freshness = await freshnessBlock(node, tip);
    const record = buildDtaRecord(recordIdentity(launch, state.secrets), {
      chain: { genesis, header_format: 'sha256d-80', checkpoint },
      created: creationTime(clock.now(), freshness.medianTime),
      freshness: freshness.block,
      lineage: { txid, vout },
    });
    return signRecord(record, hexToBytes(state.secrets.anchor));
  }

  #signBirth(signed: SignedRecord, coins: readonly [WalletCoin, ...WalletCoin[]]): SignedAnchor {
    const { launch, state } = this.#parts;
    const payload = encodePayload({
      kind: 'BIRTH',
      role: 'dta',
      digest: signed.digest,
      hostHint: hostHintOf(launch.configuration.public.issuer),
    });
    const plan = { coins, payload, continuationKey: anchorPublicKey(state.secrets), feeSatVb: feeRate(launch) };
    return signAnchor(plan, hexToBytes(state.secrets.anchor));
  }
}

function depthWanted(confirmations: number): string {
  return `the funding is not deep enough: ${confirmations} confirmations, and ${FURTHER_INPUT_CONFIRMATIONS} where it takes several coins`;
}

async function freshnessBlock(node: BitcoinNode, tip: ChainTip): Promise<{ block: BlockRef; medianTime: number }> {
  const height = tip.height - FRESHNESS_DEPTH;
  const { hash, medianTime } = await node.blockInfo(await node.blockHash(height));
  return { block: { height, hash }, medianTime };
}

function birthOf(signed: SignedRecord, coins: Birth['coins'], { transaction, txid }: SignedAnchor): Birth {
  const [first, ...further] = coins;
  return {
    record: Buffer.from(signed.octets).toString('utf8'),
    signature: bytesToHex(signed.signature),
    coins: [outpointOf(first), ...further.map(outpointOf)],
    versions: [{ transaction, txid }],
  };
}

/** Without the confirmations, which are of the moment. */
function outpointOf({ txid, vout, value }: SpendableCoin): SpendableCoin {
  return { txid, vout, value };
}
