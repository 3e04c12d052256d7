/** Headers that are valid and not in the active chain: whoever has more work later may come from them. */
import { headerOf, MERKLE_ROOT_AT, PREVIOUS_AT } from './block-header.ts';
import type { ChainedHeader } from './chained-header.ts';
import { printHash } from './hex.ts';

export type SideHeader = Pick<ChainedHeader, 'octets' | 'hash' | 'bits' | 'height' | 'work'>;

export class SideBranches {
  readonly #byHash = new Map<string, SideHeader>();

  get size(): number {
    return this.#byHash.size;
  }

  /** @param hash as computed */
  get(hash: Uint8Array): SideHeader | undefined {
    return this.#byHash.size === 0 ? undefined : this.#byHash.get(printHash(hash));
  }

  add({ octets, hash, bits, height, work }: SideHeader): SideHeader {
    const side = { octets, hash, bits, height, work };
    this.#byHash.set(printHash(hash), side);
    return side;
  }

  remove(headers: readonly SideHeader[]): void {
    for (const { hash } of headers) this.#byHash.delete(printHash(hash));
  }

  /** The header before, where it is beside the active chain, too. */
  parentOf({ octets }: SideHeader): SideHeader | undefined {
    return this.get(octets.subarray(PREVIOUS_AT, MERKLE_ROOT_AT));
  }

  /** The headers up to and with one, from the first that is not in the active chain. */
  branchOf(tip: SideHeader): SideHeader[] {
    const branch: SideHeader[] = [];
    for (let each: SideHeader | undefined = tip; each !== undefined; each = this.parentOf(each)) branch.push(each);
    return branch.reverse();
  }

  view({ octets, hash, height, work }: SideHeader): ChainedHeader {
    return { ...headerOf(octets, hash), octets, height, work };
  }
}
