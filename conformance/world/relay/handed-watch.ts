/** What comes into the mempool of the chain under test, and when: each transaction once, with the height of the tip then. */
import { anchorOf } from '../../oracle/chain-anchors.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { World } from '../world.ts';

export interface Handed {
  readonly tx: ChainTransaction;
  /** By Date.now(). */
  readonly at: number;
  /** Of the tip. */
  readonly height: number;
  /** Kind octet of its payload, and the octets behind the head; absent where it anchors nothing. */
  readonly kind?: number;
  readonly body?: string;
}

const LOOK_MS = 50;
const BODY_AT = 14;

export class HandedWatch {
  readonly #world: World;
  readonly #seen = new Map<string, Handed>();
  #isOver = false;
  readonly #loop: Promise<void>;

  constructor(world: World) {
    this.#world = world;
    this.#loop = this.#watch();
  }

  /** In the order in which they came. */
  get all(): readonly Handed[] {
    return [...this.#seen.values()];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#loop;
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      await this.#look().catch(() => undefined); // the node is being started anew
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #look(): Promise<void> {
    const { rpc } = this.#world.chain;
    const [ids, height] = (await rpc.batch([{ method: 'getrawmempool' }, { method: 'getblockcount' }])) as [
      string[],
      number,
    ];
    for (const id of ids) {
      if (this.#seen.has(id)) continue;
      const tx = await rpc.call<ChainTransaction>('getrawtransaction', [id, 1]).catch(() => undefined);
      if (!tx) continue;
      const anchor = anchorOf(tx);
      const body = anchor?.octets.subarray(BODY_AT).toString('hex');
      this.#seen.set(id, {
        ...{ tx, at: Date.now(), height },
        ...(anchor && { kind: anchor.kind }),
        ...(body !== undefined && { body }),
      });
    }
  }
}
