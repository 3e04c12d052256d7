/**
 * The life of a lineage. Its birth goes in the order that the protocol fixes: keys → fund → ≥ policy.confirmations →
 * write record → anchor → ≥ policy.confirmations → in force; a successor and the end are written, kept and anchored in
 * the same way. `advance` does what can be done now and says where it stands; it is called again at every block and
 * after every start, and keeps nothing but what EntityState keeps.
 */
import { signAnchor, type SpendableCoin } from '../chain/anchor-builder.ts';
import { fundingNeeded } from '../chain/anchor-cost.ts';
import type { ChainBackend, WalletCoin } from '../chain/chain-backend.ts';
import { guardedTip, type GuardedTip, type GuardMemory } from '../chain/chain-guard.ts';
import { chooseFunding, FURTHER_INPUT_CONFIRMATIONS } from '../chain/coin-choice.ts';
import { LineageFollower, type LineageStanding } from '../chain/lineage/lineage-follower.ts';
import { LineageWallets } from '../chain/lineage/lineage-wallets.ts';
import { FRESHNESS_DEPTH } from '../core/time.ts';
import { documentDigest } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { p2wpkhAddress } from '../core/public-key-script.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Entropy } from '../runtime/entropy.ts';
import type { Launch } from '../runtime/launch.ts';
import type { Logger } from '../runtime/log.ts';
import { feeRate, maxFeeRate } from './fee-options.ts';
import { recordInForce } from './record-in-force.ts';
import { succeedingSecrets } from './secrets.ts';
import type { Born, Stage } from './stage.ts';
import type { EntityState } from './state.ts';
import { momentUnder, type End, writeFirstRecord, writeRetirement, writeSuccessor } from './written-documents.ts';
import { hexToBytes } from '@noble/hashes/utils.js';

/** An earlier key may have to sign again as long as a reorganisation can take its SUCCESSOR: as long as bitcoind holds a coinbase back. */
const EARLIER_KEY_CONFIRMATIONS = 100;
/** schemas/hosted-record.schema.json holds no more predecessors. */
const MAX_PREDECESSORS = 64;
const DEFAULT_REASON = 'retired by its operator';

export interface CeremonyParts {
  readonly launch: Launch;
  readonly node: ChainBackend;
  readonly state: EntityState;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Logger;
  /** Whether the lineage key may have been paid before this process was started. */
  readonly olderKey: boolean;
}

export class Ceremony {
  readonly wallets: LineageWallets;
  readonly #parts: CeremonyParts;
  readonly #follower: LineageFollower;
  readonly #guarded: GuardMemory = {};

  constructor(parts: CeremonyParts) {
    this.#parts = parts;
    const { node, state, log, launch, olderKey } = parts;
    this.wallets = new LineageWallets(node, state, state, olderKey);
    this.#follower = new LineageFollower({
      ...{ node, log, book: state, keys: state, wallets: this.wallets },
      feeSatVb: feeRate(launch),
      maxFeeSatVb: maxFeeRate(launch),
    });
  }

  /**
   * Goes as far as the chain allows.
   * @param best hash of the best block, where that was just asked for
   * @throws MdtError MDT_WRONG_CHAIN, MDT_CHAIN_UNAVAILABLE, MDT_LINEAGE_BROKEN, MDT_CONFIRMATIONS; RpcRefusal
   */
  async advance(best?: string): Promise<Stage> {
    const { state } = this.#parts;
    const tip = await this.#tip(best);
    if (state.birth) return this.#follow(tip);
    if (tip.height < FRESHNESS_DEPTH)
      return { at: 'waiting', detail: `the chain has ${tip.height} blocks, ${FRESHNESS_DEPTH} are needed` };
    return this.#fundAndAnchor(tip);
  }

  /**
   * Declares a successor: writes and keeps its record. `advance` anchors it.
   * @throws MdtError MDT_RETIRED, MDT_NOT_READY, MDT_LINEAGE_BROKEN, MDT_PENDING where one is declared and not in force yet,
   *   MDT_POLICY where there are as many as can be hosted, MDT_ENTROPY; as `advance`
   */
  async declareSuccessor(): Promise<void> {
    const { launch, node, state, clock, entropy, log } = this.#parts;
    const { inForce, tip } = await this.#expectLiving();
    if (inForce.records.length < state.records.length)
      throw new MdtError('MDT_PENDING', 'a successor is declared already and not in force yet', { field: 'successor' });
    if (state.records.length > MAX_PREDECESSORS)
      throw new MdtError('MDT_POLICY', `${MAX_PREDECESSORS} successors are as many as can be hosted`, {
        field: 'successor',
      });
    const old = state.secrets;
    const fresh = succeedingSecrets(entropy, old);
    const moment = await momentUnder(tip, node, clock);
    state.succeed(writeSuccessor(launch, state.records, { old, fresh }, moment), fresh);
    log.info({ records: state.records.length }, 'successor declared: its record is written and signed by both keys');
  }

  /**
   * Ends the entity: writes and keeps the document that says so. `advance` anchors it.
   * @throws MdtError MDT_RETIRED, MDT_NOT_READY, MDT_LINEAGE_BROKEN, MDT_SCHEMA where the reason is no label; as `advance`
   */
  async retire({ reason = DEFAULT_REASON, successorEntity }: Partial<End> = {}): Promise<void> {
    const { launch, node, state, clock, log } = this.#parts;
    const { tip } = await this.#expectLiving();
    const moment = await momentUnder(tip, node, clock);
    const end = { reason, ...(successorEntity !== undefined && { successorEntity }) };
    state.retire(writeRetirement(launch, this.#entityId(), state.secrets, end, moment));
    log.warn('retirement declared: nothing is anchored after it');
  }

  /** The end is declared. */
  get isEnding(): boolean {
    return this.#parts.state.retirement !== undefined;
  }

  /** Where a declaration can be made. */
  async #expectLiving(): Promise<Born> {
    if (this.isEnding) throw new MdtError('MDT_RETIRED', 'the entity has retired', { field: 'retirement' });
    const stage = await this.advance();
    if (stage.at === 'born' && stage.stolen)
      throw new MdtError('MDT_LINEAGE_BROKEN', 'nothing can be anchored any more', { field: 'lineage' });
    if (stage.at === 'born') return stage;
    throw new MdtError('MDT_NOT_READY', 'the BIRTH is not deep enough yet');
  }

  async #tip(best?: string): Promise<GuardedTip> {
    const { launch, node } = this.#parts;
    const tip = await guardedTip(node, launch.configuration.chain, this.#guarded, best);
    await this.wallets.watch(0);
    return tip;
  }

  async #follow(tip: GuardedTip): Promise<Stage> {
    const { state, launch } = this.#parts;
    const standing = await this.#follower.follow(tip);
    const { links, generation, pending, stolen } = standing;
    const inForce = recordInForce(state, links);
    if (!inForce) return { at: 'waiting', detail: waitingFor(standing, launch.configuration.policy.confirmations) };
    this.#forgetEarlierKeys(standing);
    const address = this.#addressOf(generation);
    const lacks = this.#lacks(pending, address);
    const declared = inForce.records.length < state.records.length || inForce.retirement !== state.retirement;
    return {
      at: 'born',
      ...{ tip, inForce, generation, address },
      idle: !stolen && (pending === undefined || pending.at === 'reserve'),
      ...(declared && { declared }),
      ...(lacks && { lacks }),
      ...(stolen && { stolen }),
      ...(pending?.at === 'reserve' && { heartbeatsStopped: true as const }),
    };
  }

  #lacks(pending: LineageStanding['pending'], address: string): Born['lacks'] {
    if (pending?.at === 'unfunded') return { at: 'unfunded', address, missingSat: pending.missingSat };
    if (pending?.at === 'unconfirmed funding')
      return { at: 'waiting', detail: `the funding has not ${FURTHER_INPUT_CONFIRMATIONS} confirmations yet` };
    return undefined;
  }

  /** A key that signs nothing any more is only there to be stolen. */
  #forgetEarlierKeys({ links }: LineageStanding): void {
    const { state, log } = this.#parts;
    const deep = links.filter(
      ({ kind, confirmations }) => kind === 'SUCCESSOR' && confirmations >= EARLIER_KEY_CONFIRMATIONS,
    );
    if (state.forgetKeysBefore(deep.length)) log.info('an earlier anchor key is thrown away');
  }

  async #fundAndAnchor(tip: GuardedTip): Promise<Stage> {
    const { launch } = this.#parts;
    const { policy } = launch.configuration;
    const needed = fundingNeeded(feeRate(launch));
    const coins = await this.wallets.deposits(0);
    const choice = chooseFunding(coins, needed, policy.confirmations);
    if (choice.funded === 'no') {
      const missingSat = needed - coins.reduce((sum, coin) => sum + coin.value, 0);
      return { at: 'unfunded', address: this.#addressOf(0), missingSat };
    }
    if (choice.funded === 'waiting') return { at: 'waiting', detail: depthWanted(policy.confirmations) };
    await this.#giveBirth(tip, choice.coins);
    return this.#follow(tip);
  }

  async #giveBirth(tip: GuardedTip, funding: readonly [WalletCoin, ...WalletCoin[]]): Promise<void> {
    const { launch, node, state, clock, log } = this.#parts;
    const [first, ...further] = funding;
    const coins = [outpointOf(first), ...further.map(outpointOf)] as const;
    const moment = await momentUnder(tip, node, clock);
    const declared = writeFirstRecord(launch, state.secrets, moment, { txid: first.txid, vout: first.vout });
    const payload = hexToBytes(declared.anchored.payload);
    const plan = { coins, payload, continuationKey: state.publicKey(0), feeSatVb: feeRate(launch) };
    const { transaction, txid, feeSatVb } = signAnchor(plan, state.secretKey(0));
    state.giveBirth(declared, { coins, transaction, txid }); // on disk before the network sees it
    log.info({ entity_id: this.#entityId(), txid, fee_sat_vb: feeSatVb }, 'record written, anchor signed');
  }

  #entityId(): string {
    const { birth } = this.#parts.state;
    return bytesToHex(documentDigest(JSON.parse(birth?.record ?? '{}')));
  }

  #addressOf(generation: number): string {
    const { launch, state } = this.#parts;
    return p2wpkhAddress(state.publicKey(generation), launch.network.addressPrefix);
  }
}

function depthWanted(confirmations: number): string {
  return `the funding is not deep enough: ${confirmations} confirmations, and ${FURTHER_INPUT_CONFIRMATIONS} where it takes several coins`;
}

/** Why the BIRTH is not deep enough. */
function waitingFor({ links: [birth], pending }: LineageStanding, confirmations: number): string {
  if (birth) return `the BIRTH has ${birth.confirmations} of ${confirmations} confirmations`;
  return pending?.at === 'waiting' ? pending.detail : 'the BIRTH is not in a block yet';
}

/** Without the confirmations, which are of the moment. */
function outpointOf({ txid, vout, value }: SpendableCoin): SpendableCoin {
  return { txid, vout, value };
}
