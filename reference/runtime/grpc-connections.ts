/** The connections of a gRPC server: so many in all and of one address, and who waits makes room for who asks. */
import { lookup } from 'node:dns/promises';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { clientOfAddress } from './client-address.ts';

export interface ConnectionLimits {
  readonly most?: number;
  readonly mostOfAddress?: number;
}

const MOST = 1_000;
const MOST_OF_ADDRESS = 32;
/** More calls than a client needs at a time (spec 11.6, MDT-RLY-035). */
const MANY_CALLS = 32;

interface Connection {
  readonly socket: Socket;
  readonly client: string;
  /** Calls that are not over. */
  calls: number;
}

export class GrpcConnections {
  readonly #most: number;
  readonly #mostOfAddress: number;
  readonly #take: (socket: Socket) => void;
  readonly #servers: NetServer[] = [];
  /** By address and port; who waits longest is first. */
  readonly #connections = new Map<string, Connection>();
  readonly #ofClient = new Map<string, number>();

  /** @param take serves a connection */
  constructor(take: (socket: Socket) => void, { most = MOST, mostOfAddress = MOST_OF_ADDRESS }: ConnectionLimits = {}) {
    this.#take = take;
    this.#most = most;
    this.#mostOfAddress = mostOfAddress;
  }

  /** Listens on each address of a name, such as both of `localhost`; rejects where that is none. */
  async listen(host: string, port: number): Promise<void> {
    const addresses = await lookup(host, { all: true });
    const bound = await Promise.allSettled(addresses.map(async ({ address }) => this.#bind(address, port)));
    const [first] = bound;
    if (first?.status === 'rejected' && this.#servers.length === 0) throw first.reason;
  }

  /** Lets nobody in any more. */
  close(): void {
    for (const server of this.#servers) server.close();
  }

  /** A call of a connection has come; gives what to do when it is over. */
  called(peer: string): () => void {
    const connection = this.#connections.get(peer);
    if (!connection) return () => undefined;
    connection.calls += 1;
    return () => {
      connection.calls -= 1;
      if (connection.calls > 0 || !this.#connections.delete(peer)) return;
      this.#connections.set(peer, connection);
    };
  }

  async #bind(host: string, port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const server = createServer({ noDelay: true }, (socket) => this.#come(socket));
    server.maxConnections = 2 * this.#most; // of a flood that comes faster than ended ones are gone
    server.once('error', reject).listen({ host, port }, resolve);
    await promise;
    this.#servers.push(server);
  }

  #come(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined) {
      socket.destroy(); // it is gone already
      return;
    }
    const client = clientOfAddress(remoteAddress);
    const peer = `${remoteAddress}:${remotePort}`;
    const ofClient = this.#ofClient.get(client) ?? 0;
    if (ofClient >= this.#mostOfAddress) this.#end(client);
    else if (this.#connections.size >= this.#most) this.#end(this.#largest());
    this.#connections.set(peer, { socket, client, calls: 0 });
    this.#ofClient.set(client, (this.#ofClient.get(client) ?? 0) + 1);
    socket.once('close', () => this.#forget(peer, client));
    this.#take(socket);
  }

  #forget(peer: string, client: string): void {
    if (!this.#connections.delete(peer)) return;
    const left = (this.#ofClient.get(client) ?? 1) - 1;
    if (left > 0) this.#ofClient.set(client, left);
    else this.#ofClient.delete(client);
  }

  /**
   * Ends the connection of an address that asks most, if that is much: of a flood; else that which has waited longest
   * without asking anything.
   */
  #end(client: string): void {
    const all = [...this.#connections].filter(([, connection]) => connection.client === client);
    const [first] = all;
    if (!first) return;
    const busiest = all.reduce((most, each) => (each[1].calls > most[1].calls ? each : most), first);
    const idle = all.find(([, { calls }]) => calls === 0);
    const [peer, { socket }] = busiest[1].calls > MANY_CALLS ? busiest : (idle ?? busiest);
    this.#forget(peer, client);
    socket.destroy();
  }

  /** The address that has most connections. */
  #largest(): string {
    let [largest, most] = ['', 0];
    for (const [client, count] of this.#ofClient) if (count > most) [largest, most] = [client, count];
    return largest;
  }
}
