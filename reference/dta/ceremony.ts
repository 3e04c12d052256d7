/**
 * The ceremony of birth, in the order that the protocol fixes: keys → fund → ≥ policy.confirmations →
 * write record → anchor → ≥ policy.confirmations → ready. `advance` does what can be done now and says where it
 * stands; it is called again at every block and after every start, and keeps nothing but what DtaState keeps.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { signAnchor, type SignedAnchor } from '../chain/anchor-builder.ts';
import { DEFAULT_FEE_SAT_VB, fundingNeeded } from '../chain/anchor-cost.ts';
import type { BitcoinNode, ChainTip, WalletCoin } from '../chain/bitcoin-node.ts';
import { guardedTip } from '../chain/chain-guard.ts';
import { chooseFunding, FURTHER_INPUT_CONFIRMATIONS } from '../chain/coin-choice.ts';
import { LineageWallet } from '../chain/lineage-wallet.ts';
import { isRefusal, RPC_TRANSACTION_ERROR } from '../chain/rpc-refusal.ts';
import { buildDtaRecord, entityIdOf, signRecord, type SignedRecord } from '../core/birth-record.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { hostHintOf } from '../core/host-hint.ts';
import { encodePayload } from '../core/payload.ts';
import { p2wpkhAddress } from '../core/public-key-script.ts';
import { creationTime } from '../core/time.ts';
import type { BlockRef } from '../gen/schemas.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Launch } from '../runtime/launch.ts';
import type { Logger } from '../runtime/log.ts';
import { recordIdentity } from './identity.ts';
import { anchorPublicKey } from './secrets.ts';
import type { Birth, DtaState } from './state.ts';

/** Where the ceremony stands after what could be done was done. */
export type Stage =
  /** Coin is needed: `address` and the satoshi still missing. */
  | { readonly at: 'unfunded'; readonly address: string; readonly missingSat: number }
  /** `detail` says what for. */
  | { readonly at: 'waiting'; readonly detail: string }
  /** The BIRTH has `policy.confirmations`. */
  | { readonly at: 'born'; readonly birth: Birth; readonly blockHash: string; readonly confirmations: number };

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
  #watching = false;

  constructor(parts: CeremonyParts) {
    this.#parts = parts;
    this.wallet = new LineageWallet(parts.node, anchorPublicKey(parts.state.secrets));
  }

  /**
   * Goes as far as the chain allows.
   * @throws MdtError MDT_WRONG_CHAIN, MDT_CHAIN_UNAVAILABLE, MDT_LINEAGE_BROKEN; RpcRefusal
   */
  async advance(): Promise<Stage> {
    const { launch, node, state, olderKey } = this.#parts;
    const tip = await guardedTip(node, launch.configuration.chain);
    if (!this.#watching) {
      await this.wallet.watch(olderKey);
      this.#watching = true;
    }
    if (state.birth) return this.#follow(state.birth);
    if (tip.height < FRESHNESS_DEPTH)
      return { at: 'waiting', detail: `the chain has ${tip.height} blocks, ${FRESHNESS_DEPTH} are needed` };
    return this.#fundAndAnchor(tip);
  }

  async #fundAndAnchor(tip: ChainTip): Promise<Stage> {
    const { launch, state, log } = this.#parts;
    const { policy } = launch.configuration;
    const needed = fundingNeeded(this.#feeRate);
    const coins = await this.wallet.coins();
    const choice = chooseFunding(coins, needed, policy.confirmations);
    if (choice.funded === 'no') {
      const address = p2wpkhAddress(anchorPublicKey(state.secrets), launch.network.addressPrefix);
      return { at: 'unfunded', address, missingSat: needed - coins.reduce((sum, coin) => sum + coin.value, 0) };
    }
    if (choice.funded === 'waiting') return { at: 'waiting', detail: depthWanted(policy.confirmations) };
    const signed = await this.#writeRecord(tip, choice.coins[0]);
    const anchor = this.#signBirth(signed, choice.coins);
    const birth = birthOf(signed, anchor);
    state.giveBirth(birth); // on disk before the network sees it
    log.info(
      { entity_id: entityIdOf(signed.digest), txid: anchor.txid, fee_sat_vb: anchor.feeSatVb },
      'record written, anchor signed',
    );
    return this.#follow(birth);
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
    const plan = { coins, payload, continuationKey: anchorPublicKey(state.secrets), feeSatVb: this.#feeRate };
    return signAnchor(plan, hexToBytes(state.secrets.anchor));
  }

  /** Sees to it that the one BIRTH is on its way, or says how deep it is. */
  async #follow(birth: Birth): Promise<Stage> {
    const { policy } = this.#parts.launch.configuration;
    const found = await this.wallet.transaction(birth.txid);
    if (found && found.confirmations < 0) {
      throw new MdtError('MDT_LINEAGE_BROKEN', 'another transaction spent what the BIRTH spends', {
        field: birth.txid,
      });
    }
    if (!found?.confirmations || found.blockHash === undefined) return this.#broadcast(birth);
    const { confirmations, blockHash } = found;
    if (confirmations >= policy.confirmations) return { at: 'born', birth, blockHash, confirmations };
    return { at: 'waiting', detail: `the BIRTH has ${confirmations} of ${policy.confirmations} confirmations` };
  }

  /** Hands the node the very transaction that was kept; once more at every block, because a mempool may forget. */
  async #broadcast(birth: Birth): Promise<Stage> {
    const { node, log } = this.#parts;
    try {
      await node.broadcast(birth.transaction);
      log.info({ txid: birth.txid }, 'BIRTH broadcast');
      return { at: 'waiting', detail: 'the BIRTH is not in a block yet' };
    } catch (error) {
      if (!isRefusal(error, RPC_TRANSACTION_ERROR)) throw error;
      // Its coin is gone: a reorganisation took the funding, and will bring it back or not. Nothing else is ever anchored.
      log.warn({ txid: birth.txid, err: error }, 'the node does not take the BIRTH now');
      return { at: 'waiting', detail: 'the outpoint that the record names is not in the chain now' };
    }
  }

  get #feeRate(): number {
    return this.#parts.launch.configuration.chain.fee_sat_vb ?? DEFAULT_FEE_SAT_VB;
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

function birthOf(signed: SignedRecord, { transaction, txid, prevoutValue }: SignedAnchor): Birth {
  return {
    record: Buffer.from(signed.octets).toString('utf8'),
    signature: bytesToHex(signed.signature),
    transaction,
    txid,
    prevoutValue,
  };
}
