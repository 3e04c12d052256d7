/** What comes into the mempool of the chain under test, and when: each transaction once, with the height of the tip then. */
import { anchorOf } from '../../oracle/chain-anchors.ts';
import type { ChainTransaction } from '../chain-index.ts';
import type { World } from '../world.ts';

export interface Handed {
  readonly tx: ChainTransaction;
  /** By Date.now(); 0 where it came into a block before it was seen to wait for one. */
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
  /** Height of the tip at the first look. */
  #from: number | undefined;
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
    await this.#addMined();
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
    this.#from ??= height;
    for (const id of ids) {
      if (this.#seen.has(id)) continue;
      const tx = await rpc.call<ChainTransaction>('getrawtransaction', [id, 1]).catch(() => undefined);
      if (tx) this.#note(tx, Date.now(), height);
    }
  }

  /** What waited for a block for a shorter time than it takes to look, as on a machine that is busy. */
  async #addMined(): Promise<void> {
    if (this.#from === undefined) return;
    for (const { height, tx } of await this.#world.index.blocksFrom(this.#from + 1))
      for (const each of tx) if (!this.#seen.has(each.txid)) this.#note(each, 0, height - 1);
  }

  #note(tx: ChainTransaction, at: number, height: number): void {
    const anchor = anchorOf(tx);
    const body = anchor?.octets.subarray(BODY_AT).toString('hex');
    this.#seen.set(tx.txid, {
      ...{ tx, at, height },
      ...(anchor && { kind: anchor.kind }),
      ...(body !== undefined && { body }),
    });
  }
}
