/**
 * Sees to it that the one BIRTH is mined, and says how deep it is. Its anchor may have several versions, of which one
 * at most can be confirmed: whichever it is, that one is the BIRTH.
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import type { GuardedTip } from '../chain/chain-guard.ts';
import { replaceByFee } from '../chain/fee-replacement.ts';
import type { LineageWallet } from '../chain/lineage-wallet.ts';
import { isFeeRefusal, isRefusal, RPC_TRANSACTION_ERROR } from '../chain/rpc-refusal.ts';
import { MdtError } from '../core/errors.ts';
import type { Logger } from '../runtime/log.ts';
import type { BirthPlace } from './publication.ts';
import { anchorPublicKey } from './secrets.ts';
import type { Stage } from './stage.ts';
import type { Birth, BirthVersion, DtaState } from './state.ts';

/**
 * An anchor that waited for this many blocks is stuck: about an hour, and the target that its new fee rate is
 * estimated for, so that a fair estimate has had its time before it is outbid. On regtest the same.
 */
const STUCK_BLOCKS = 6;

const WAITS = 'the BIRTH is not in a block yet';

export interface FollowerParts {
  readonly node: BitcoinNode;
  readonly wallet: LineageWallet;
  readonly state: DtaState;
  readonly log: Logger;
  /** `policy.confirmations` */
  readonly confirmations: number;
  /** A stuck anchor is raised to this rate and no further. */
  readonly maxFeeSatVb: number;
}

export class BirthFollower {
  readonly #parts: FollowerParts;
  /** Height of the tip when the node took the newest version. A restart begins to count anew: it may have been the node's as well. */
  #takenAt: number | undefined;
  /** Where the BIRTH was under the last tip, if it was confirmed there. */
  #found: { readonly place: BirthPlace; readonly under: string } | undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** @throws MdtError MDT_LINEAGE_BROKEN where something else spent what the BIRTH spends */
  async follow(birth: Birth, tip: GuardedTip): Promise<Stage> {
    const known = this.#placeBelow(tip);
    this.#found = undefined;
    const place = known ?? (await this.#place(birth, tip));
    if (place === 'not confirmed') return waiting(await this.#hurry(birth, tip));
    if (place === 'moving') return waiting('the chain changed while it was looked at');
    this.#takenAt = undefined;
    // Counted under a block that came meanwhile, the confirmations are not those under this tip.
    if (known || (await this.#isBest(tip))) this.#found = { place, under: tip.hash };
    const { confirmations } = this.#parts;
    if (place.confirmations >= confirmations) return { at: 'born', tip, ...place };
    return waiting(`the BIRTH has ${place.confirmations} of ${confirmations} confirmations`);
  }

  /** A block upon the last tip moves nothing that is below it: nobody has to be asked. */
  #placeBelow({ previousHash }: GuardedTip): BirthPlace | undefined {
    const { place, under } = this.#found ?? {};
    return place && under === previousHash ? { ...place, confirmations: place.confirmations + 1 } : undefined;
  }

  /** The version that is confirmed, and where. */
  async #place(birth: Birth, tip: GuardedTip): Promise<BirthPlace | 'not confirmed' | 'moving'> {
    const { wallet } = this.#parts;
    let lost: string | undefined;
    for (const version of birth.versions.toReversed()) {
      const { confirmations = 0, blockHash } = (await wallet.transaction(version.txid)) ?? {};
      if (confirmations > 0 && blockHash !== undefined)
        return { birth: anchored(birth, version), blockHash, confirmations };
      if (confirmations < 0) lost = version.txid;
    }
    if (lost === undefined) return 'not confirmed';
    // A version may have lost to one that was asked for a block later, when a reorganisation had taken that one again.
    if (!(await this.#isBest(tip))) return 'moving';
    throw new MdtError('MDT_LINEAGE_BROKEN', 'another transaction spent what the BIRTH spends', { field: lost });
  }

  async #isBest(tip: GuardedTip): Promise<boolean> {
    return (await this.#parts.node.bestBlockHash()) === tip.hash;
  }

  /** Hands the node the newest version, and a better paid one where that is refused for its fee, or stuck. Says what is waited for. */
  async #hurry(birth: Birth, tip: GuardedTip): Promise<string> {
    const answer = await this.#broadcast(birth.versions.at(-1) ?? birth.versions[0]);
    if (answer === 'no coin') {
      this.#takenAt = undefined;
      return 'the outpoint that the record names is not in the chain now';
    }
    if (answer === 'underpaid') return this.#raise(birth, tip);
    if (this.#takenAt === undefined) {
      this.#takenAt = (await this.#parts.node.tip()).height; // not that of `tip`: blocks came while the record was written
      return WAITS;
    }
    this.#takenAt = Math.min(this.#takenAt, tip.height); // a reorganisation may have made the chain shorter
    return tip.height - this.#takenAt < STUCK_BLOCKS ? WAITS : this.#raise(birth, tip);
  }

  async #raise(birth: Birth, tip: GuardedTip): Promise<string> {
    const { node, state, log, maxFeeSatVb } = this.#parts;
    this.#takenAt = tip.height;
    const stuck = birth.versions.at(-1) ?? birth.versions[0];
    const replacement = replaceByFee(
      { transaction: stuck.transaction, coins: birth.coins, continuationKey: anchorPublicKey(state.secrets) },
      { rates: await node.feeRates(STUCK_BLOCKS), ceiling: maxFeeSatVb },
      hexToBytes(state.secrets.anchor),
    );
    if (!replacement) {
      log.warn(
        { txid: stuck.txid, max_fee_sat_vb: maxFeeSatVb },
        'the BIRTH is stuck, and its fee can be raised no more',
      );
      return `${WAITS}, and neither its coin nor options.max_fee_sat_vb (${maxFeeSatVb}) lets it pay more`;
    }
    const { txid, feeSatVb } = replacement;
    state.replaceAnchor(replacement); // on disk before the network sees it
    log.warn(
      { txid, replaces: stuck.txid, fee_sat_vb: feeSatVb },
      'the BIRTH was stuck: signed again with a higher fee',
    );
    await this.#broadcast(replacement);
    return `${WAITS}: it was replaced by one that pays ${feeSatVb} sat/vB`;
  }

  /** Hands the node a version that was kept; once more at every block, because a mempool may forget. */
  async #broadcast({ transaction, txid }: BirthVersion): Promise<'taken' | 'underpaid' | 'no coin'> {
    const { node, log } = this.#parts;
    try {
      await node.broadcast(transaction);
      log.info({ txid }, 'BIRTH broadcast');
      return 'taken';
    } catch (error) {
      if (isFeeRefusal(error)) return 'underpaid';
      if (!isRefusal(error, RPC_TRANSACTION_ERROR)) throw error;
      // Its coin is gone: a reorganisation took the funding, and will bring it back or not. Nothing else is ever anchored.
      log.warn({ txid, err: error }, 'the node does not take the BIRTH now');
      return 'no coin';
    }
  }
}

function anchored({ record, signature, coins }: Birth, { transaction, txid }: BirthVersion): BirthPlace['birth'] {
  return { record, signature, transaction, txid, prevoutValue: coins[0].value };
}

function waiting(detail: string): Stage {
  return { at: 'waiting', detail };
}
