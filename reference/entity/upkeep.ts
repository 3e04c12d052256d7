/** Keeping up the log and the canary of a D-TA that is born: what is due is issued, closed and anchored, and what its operator ordered is done. */
import type { ChainBackend } from '../chain/chain-backend.ts';
import type { Activity } from '../log/activity.ts';
import type { Inbox, Order } from '../log/inbox.ts';
import type { LifeNow } from '../log/life-now.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import type { Ceremony } from './ceremony.ts';
import { lifeNow } from './life.ts';
import type { Born } from './stage.ts';
import type { EntityState } from './state.ts';

export interface UpkeepParts {
  readonly activity: Activity;
  readonly inbox: Inbox;
  readonly ceremony: Ceremony;
  readonly state: EntityState;
  readonly node: ChainBackend;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Upkeep {
  readonly #parts: UpkeepParts;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** Nothing is ready before its first STATUS (MDT-STA-009). */
  get hasStatus(): boolean {
    return this.#parts.activity.hasStatus;
  }

  /** Whether `keep` has something to do that no block decides. */
  isDue(): boolean {
    const { activity, inbox } = this.#parts;
    return activity.isDue() || !inbox.isEmpty();
  }

  /** Does what is due; an anchor is handed to the node at once. */
  async keep(stage: Born): Promise<void> {
    const { activity, ceremony, state } = this.#parts;
    const queued = state.documents;
    const now = this.#now(stage);
    await this.#takeOrders(now);
    await activity.keep(now, state);
    if (state.documents !== queued) await ceremony.advance();
  }

  /**
   * Issues a STATUS that holds these codes and no others.
   * @throws MdtError as Canary.state
   */
  async stateCodes(stage: Born, codes: readonly string[]): Promise<void> {
    const { activity, state } = this.#parts;
    await activity.state(this.#now(stage), codes, state);
  }

  /** Issues no STATUS any more. */
  withhold(stage: Born): void {
    this.#parts.activity.withhold(this.#now(stage));
  }

  /** What the operator has put into the data directory (docs/operator.md). */
  async #takeOrders(now: LifeNow): Promise<void> {
    const { activity, ceremony, state, inbox, log } = this.#parts;
    const carryOut = async (order: Order): Promise<void> => {
      if (order.order === 'status') await activity.accept(order.hosted, now, state);
      else await ceremony.retire(order);
      log.info({ order: order.order }, 'an order of the operator is carried out');
    };
    for (const refusal of await inbox.take(carryOut)) log.warn(refusal, 'an order of the operator is refused');
  }

  #now(stage: Born): LifeNow {
    return lifeNow(stage, this.#parts);
  }
}
