/** Health of a D-TA beside "does it answer": its balance, and how many anchors that pays for. */
import { anchorsAffordable, DEFAULT_FEE_SAT_VB } from '../chain/anchor-cost.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Logger } from '../runtime/log.ts';

/** Fewer anchors than this are paid for: time to top up; no restart is needed. */
const WARN_BELOW = 30;
/** Fewer than this: heartbeats are about to stop. */
const DEGRADED_BELOW = 3;
/** The balance is asked for at most this often, in milliseconds: blocks of a regtest come every 200. */
const BALANCE_PERIOD_MS = 2_000;

export type HealthStatus = 'ok' | 'warning' | 'degraded' | 'not_ready';

export interface HealthDocument {
  readonly status: HealthStatus;
  readonly ready: boolean;
  /** Why the service cannot go on by itself, where it cannot. */
  readonly waiting?: ErrorCode;
  readonly balance_sat?: number;
  readonly anchors_affordable?: number;
  /** Where coin is paid to, once the entity is born. */
  readonly top_up_address?: string;
  /** Heartbeats are not anchored any more, so that the end can be paid for. */
  readonly heartbeats_stopped?: true;
  /** Nothing is anchored any more, and no coin is needed. */
  readonly retired?: true;
}

/** What health is made of, beside the state of the service. */
export interface Observed {
  /** Asks the node for the balance, in satoshi. */
  readonly balance: () => Promise<number>;
  readonly address: string;
  readonly heartbeatsStopped: boolean;
  readonly retired: boolean;
}

export class Health {
  readonly #feeSatVb: number;
  readonly #log: Logger;
  #balanceSat: number | undefined;
  #observed: Observed | undefined;
  #askedAt = -Infinity;
  #level: HealthStatus = 'ok';

  constructor(feeSatVb: number | undefined, log: Logger) {
    this.#feeSatVb = feeSatVb ?? DEFAULT_FEE_SAT_VB;
    this.#log = log;
  }

  /** Looks at the balance again where that is due, and logs when it falls below a threshold or recovers. */
  async observe(observed: Observed): Promise<void> {
    this.#observed = observed;
    if (performance.now() - this.#askedAt < BALANCE_PERIOD_MS) return;
    const balanceSat = await observed.balance();
    this.#askedAt = performance.now();
    this.#balanceSat = balanceSat;
    this.#report();
  }

  document(ready: boolean, waiting: ErrorCode | undefined): HealthDocument {
    return {
      // What was proven is still served while the node is away, but nothing new can be.
      status: !ready ? 'not_ready' : waiting === undefined ? this.#moneyLevel() : 'degraded',
      ready,
      ...(waiting !== undefined && { waiting }),
      ...(this.#balanceSat !== undefined && { balance_sat: this.#balanceSat, anchors_affordable: this.#affordable() }),
      ...(this.#observed?.retired === false && { top_up_address: this.#observed.address }),
      ...(this.#observed?.heartbeatsStopped && { heartbeats_stopped: true as const }),
      ...(this.#observed?.retired && { retired: true as const }),
    };
  }

  #report(): void {
    const level = this.#moneyLevel();
    if (level === this.#level) return;
    this.#level = level;
    const detail = { balance_sat: this.#balanceSat, anchors_affordable: this.#affordable() };
    if (level === 'ok') this.#log.info(detail, 'the balance is enough again');
    else
      this.#log.warn(
        detail,
        level === 'degraded' ? 'anchors are about to stop: top up now' : 'few anchors are paid for: top up',
      );
  }

  #affordable(): number {
    return anchorsAffordable(this.#balanceSat ?? 0, this.#feeSatVb);
  }

  #moneyLevel(): HealthStatus {
    if (this.#balanceSat === undefined || this.#observed?.retired) return 'ok';
    if (this.#observed?.heartbeatsStopped) return 'degraded';
    const affordable = this.#affordable();
    return affordable < DEGRADED_BELOW ? 'degraded' : affordable < WARN_BELOW ? 'warning' : 'ok';
  }
}
