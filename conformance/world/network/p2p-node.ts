/**
 * A node of the Bitcoin P2P network that has headers and nothing else (spec 7.1), honest but for what a scenario changes. It
 * sends what a node sends unasked, too, so that a reader which takes any message for its answer is seen.
 */
import { createServer, type Socket } from 'node:net';
import { hash256 } from '../../oracle/digest.ts';
import type { OpenSource } from './header-relay.ts';

export const REGTEST_MAGIC = 'fabfb5da';
const HEAD = 24;
const MOST_HEADERS = 2_000;
const MOST_READ = 1_000_000;
const VERSION = 70_016;
const HASH = 32;

export interface Message {
  readonly command: string;
  readonly payload: Buffer;
}

export interface NodeWays {
  /** Magic of its messages. */
  readonly magic?: string;
  /** Whether its octets come one by one. */
  readonly inPieces?: boolean;
  /** Puts other octets in the place of an honest message; nothing where `undefined`. */
  change?(message: Message, honest: Buffer): Buffer | undefined;
}

/** @param chain headers from block 0 on */
export async function openP2p(
  chain: readonly Buffer[],
  { magic = REGTEST_MAGIC, change, inPieces }: NodeWays = {},
): Promise<OpenSource> {
  const heights = new Map(chain.map((header, height) => [hash256(header).toString('hex'), height]));
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const send = (command: string, payload: Buffer = Buffer.alloc(0)): void => {
      const honest = encode(magic, command, payload);
      const octets = change === undefined ? honest : change({ command, payload }, honest);
      if (octets === undefined || socket.destroyed) return;
      if (inPieces !== true) socket.write(octets);
      else for (const octet of octets) socket.write(Buffer.from([octet]));
    };
    reading(socket, ({ command, payload }) => {
      if (command === 'version') {
        send('version', versionPayload(chain.length - 1));
        send('verack');
      }
      if (command === 'verack') {
        send('sendheaders');
        send('ping', hash256(payload).subarray(0, 8));
      }
      if (command === 'getheaders') send('headers', headersAfter(chain, heights, payload));
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return {
    url: `p2p://127.0.0.1:${String(port)}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A message as it goes over the wire. */
export function encode(magic: string, command: string, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.write(magic, 0, 'hex');
  head.write(command, 4, 'latin1');
  head.writeUInt32LE(payload.length, 16);
  head.set(hash256(payload).subarray(0, 4), 20);
  return Buffer.concat([head, payload]);
}

/** What the reader sends, message by message. It is not judged by its form here: bitcoind does that in another scenario. */
function reading(socket: Socket, use: (message: Message) => void): void {
  let octets = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    octets = Buffer.concat([octets, chunk]);
    while (octets.length >= HEAD) {
      const length = octets.readUInt32LE(16);
      if (length > MOST_READ) {
        socket.destroy();
        return;
      }
      if (octets.length < HEAD + length) return;
      const command = octets.toString('latin1', 4, 16).replace(/\0.*$/s, '');
      use({ command, payload: octets.subarray(HEAD, HEAD + length) });
      octets = octets.subarray(HEAD + length);
    }
  });
}

function versionPayload(height: number): Buffer {
  const agent = '/Satoshi:29.4.0/';
  const octets = Buffer.alloc(80);
  octets.writeInt32LE(VERSION, 0);
  octets.writeBigInt64LE(BigInt(Math.floor(Date.now() / 1000)), 12);
  const tail = Buffer.alloc(5);
  tail.writeInt32LE(height, 0);
  return Buffer.concat([octets, Buffer.from([agent.length]), Buffer.from(agent), tail]);
}

/** The payload of `headers` for one of `getheaders`. */
function headersAfter(chain: readonly Buffer[], heights: ReadonlyMap<string, number>, asked: Buffer): Buffer {
  const count = asked[4] ?? 0;
  const hashes = Array.from({ length: count }, (_, index) =>
    asked.toString('hex', 5 + index * HASH, 5 + (index + 1) * HASH),
  );
  const common = hashes.map((hash) => heights.get(hash)).find((height) => height !== undefined) ?? 0;
  return headersPayload(chain.slice(common + 1, common + 1 + MOST_HEADERS));
}

function headersPayload(headers: readonly Buffer[]): Buffer {
  const count =
    headers.length < 0xfd
      ? Buffer.from([headers.length])
      : Buffer.from([0xfd, headers.length & 0xff, headers.length >> 8]);
  return Buffer.concat([count, ...headers.map((header) => Buffer.concat([header, Buffer.from([0])]))]);
}
