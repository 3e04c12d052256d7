/** Health of a D-TA beside "does it answer": its balance, and how many anchors that pays for. */
import { anchorsAffordable, DEFAULT_FEE_SAT_VB } from '../chain/anchor-cost.ts';
import type { LineageWallet } from '../chain/lineage-wallet.ts';
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
}

export class Health {
  readonly #feeSatVb: number;
  readonly #log: Logger;
  #balanceSat: number | undefined;
  #askedAt = -Infinity;
  #level: HealthStatus = 'ok';

  constructor(feeSatVb: number | undefined, log: Logger) {
    this.#feeSatVb = feeSatVb ?? DEFAULT_FEE_SAT_VB;
    this.#log = log;
  }

  /** Looks at the balance again where that is due, and logs when it falls below a threshold or recovers. */
  async observe(wallet: LineageWallet): Promise<void> {
    if (performance.now() - this.#askedAt < BALANCE_PERIOD_MS) return;
    const coins = await wallet.coins();
    this.#askedAt = performance.now();
    this.#balanceSat = coins.reduce((sum, coin) => sum + coin.value, 0);
    this.#report();
  }

  document(ready: boolean, waiting: ErrorCode | undefined): HealthDocument {
    return {
      // What was proven is still served while the node is away, but nothing new can be.
      status: !ready ? 'not_ready' : waiting === undefined ? this.#moneyLevel() : 'degraded',
      ready,
      ...(waiting !== undefined && { waiting }),
      ...(this.#balanceSat !== undefined && { balance_sat: this.#balanceSat, anchors_affordable: this.#affordable() }),
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
    if (this.#balanceSat === undefined) return 'ok';
    const affordable = this.#affordable();
    return affordable < DEGRADED_BELOW ? 'degraded' : affordable < WARN_BELOW ? 'warning' : 'ok';
  }
}
