/** How many calls may be in the air: of a connection, of an address, and of all together. */
import { clientOfPeer } from '../runtime/client-address.ts';

export interface ShareLimits {
  /** Calls of one connection at the same time, streams included. */
  readonly mostCalls?: number;
  /** Calls of one address, above which a connection has no more than its share. */
  readonly mostOfAddress?: number;
  /** Calls of all, above which an address has no more than its share. */
  readonly mostOfAll?: number;
}

const MOST_CALLS = 64;
/** What a connection has in any case (spec 11.6, MDT-RLY-035). */
const ENOUGH = 32;
const MOST_OF_ADDRESS = 256;
const MOST_OF_ALL = 4_096;

interface Client {
  calls: number;
  readonly connections: Map<string, number>;
}

/**
 * Above a limit those that have less than their share of it are still let in, so that who came first with many calls does
 * not keep out who comes later with few.
 */
export class Shares {
  readonly #limits: Required<ShareLimits>;
  readonly #clients = new Map<string, Client>();
  #all = 0;

  constructor({ mostCalls = MOST_CALLS, mostOfAddress = MOST_OF_ADDRESS, mostOfAll = MOST_OF_ALL }: ShareLimits = {}) {
    this.#limits = { mostCalls, mostOfAddress, mostOfAll };
  }

  /** Calls that are in the air. */
  get taken(): number {
    return this.#all;
  }

  /** Takes a call of a connection in; gives what to do when it is over, or `undefined` where there is no room for it. */
  take(peer: string): (() => void) | undefined {
    const address = clientOfPeer(peer);
    const client = this.#clients.get(address) ?? { calls: 0, connections: new Map<string, number>() };
    const own = client.connections.get(peer) ?? 0;
    if (!this.#hasRoom(client, own)) return undefined;
    this.#clients.set(address, client);
    client.connections.set(peer, own + 1);
    client.calls += 1;
    this.#all += 1;
    return () => this.#give(address, client, peer);
  }

  #hasRoom({ calls, connections }: Client, own: number): boolean {
    const { mostCalls, mostOfAddress, mostOfAll } = this.#limits;
    if (own >= mostCalls) return false;
    const others = own === 0 ? 1 : 0;
    if (calls >= mostOfAddress && own >= Math.max(ENOUGH, mostOfAddress / (connections.size + others))) return false;
    const clients = this.#clients.size + (calls === 0 ? 1 : 0);
    return this.#all < mostOfAll || calls < Math.max(1, Math.floor(mostOfAll / clients));
  }

  #give(address: string, client: Client, peer: string): void {
    const left = (client.connections.get(peer) ?? 1) - 1;
    if (left > 0) client.connections.set(peer, left);
    else client.connections.delete(peer);
    client.calls -= 1;
    this.#all -= 1;
    if (client.calls === 0) this.#clients.delete(address);
  }
}
