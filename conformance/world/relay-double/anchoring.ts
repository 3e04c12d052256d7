/** Hands the transactions of registrations to the node: DIRECT ones at once, a batch at each block, and whatever the node has lost again. */
import { RpcError } from '../../chain/rpc-client.ts';
import { displayed } from '../../oracle/merkle.ts';
import { readTransaction } from '../../oracle/transaction.ts';
import type { ChainView } from './chain-view.ts';
import type { Registrations } from './registrations.ts';

/** Makes transactions with a payload, of whatever coin. */
export interface Purse {
  make(payload: Buffer): Promise<string>;
}

const EVERY_MS = 100;

export class Anchoring {
  readonly #view: ChainView;
  readonly #registrations: Registrations;
  readonly #purse: Purse;
  #tip: string | undefined;
  #isBusy = false;
  readonly #timer: NodeJS.Timeout;

  constructor(view: ChainView, registrations: Registrations, purse: Purse) {
    this.#view = view;
    this.#registrations = registrations;
    this.#purse = purse;
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Without coin or node nothing is done; the next look tries again. */
  async #look(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const chain = await this.#view.now();
      // The first look of a life is no block, but what was due before the life is: a batch that waits longer breaks nothing.
      if (this.#tip !== undefined && this.#tip !== chain.tip) this.#registrations.closeBatch();
      this.#tip = chain.tip;
      for (const job of this.#registrations.jobs) {
        if (!job.transaction) {
          const hex = await this.#purse.make(Buffer.from(job.payload, 'hex'));
          const txid = displayed(readTransaction(Buffer.from(hex, 'hex'), '').hash);
          this.#registrations.made(job, { hex, txid });
        }
        const { hex = '', txid = '' } = job.transaction ?? {};
        if (chain.confirmations(txid) === 0) await this.#send(hex);
      }
    } catch {
      // The node is away, or there is no coin.
    } finally {
      this.#isBusy = false;
    }
  }

  async #send(hex: string): Promise<void> {
    await this.#view.call('sendrawtransaction', [hex]).catch((error: unknown) => {
      // It has it already, in its mempool or in a block that is younger than our look.
      if (!(error instanceof RpcError)) throw error;
    });
  }
}
