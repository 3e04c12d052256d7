/** The relay's node, once there is one, asked by many at the same time. */
import type { BitcoinNode } from '../chain/bitcoin-node.ts';
import { RpcRefusal } from '../chain/rpc-refusal.ts';
import { MdtError } from '../core/errors.ts';
import { Turns } from './turns.ts';

export class NodeLink {
  #node: BitcoinNode | undefined;
  #asking: Promise<string> | undefined;
  readonly #turns: Turns;

  constructor(turns: Turns = new Turns()) {
    this.#turns = turns;
  }

  connect(node: BitcoinNode): void {
    this.#node = node;
  }

  /** @throws MdtError MDT_CHAIN_UNAVAILABLE */
  get node(): BitcoinNode {
    if (this.#node) return this.#node;
    throw new MdtError('MDT_CHAIN_UNAVAILABLE', 'there is no node yet', { field: 'chain.rpc' });
  }

  /**
   * Hash of the best block: an answer that is given after this was true a moment ago (MDT-RLY-033). Those who ask at the
   * same time are one question, and go on one after the other.
   */
  async bestBlock(): Promise<string> {
    this.#asking ??= this.node.bestBlockHash().finally(() => (this.#asking = undefined));
    const hash = await this.#asking;
    await this.#turns.turn();
    return hash;
  }
}

/** A refusal of the node that nothing is known to lead to means that it cannot be used now. */
export function asUnavailable(error: unknown): unknown {
  if (!(error instanceof RpcRefusal)) return error;
  return new MdtError('MDT_CHAIN_UNAVAILABLE', `${error.method} is refused (${error.code})`, { field: 'chain.rpc' });
}
