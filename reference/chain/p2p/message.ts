/**
 * Messages of the Bitcoin P2P network: magic of the network (4 octets), command (12, padded with zeros), length (4,
 * little-endian), the first 4 octets of the payload's double SHA-256, payload.
 */
import { hash256 } from '../../core/block-header.ts';
import { MdtError } from '../../core/errors.ts';
import type { NetworkName } from '../../core/network.ts';

const MAGIC: Readonly<Record<NetworkName, string>> = { main: 'f9beb4d9', test: '0b110907', regtest: 'fabfb5da' };
const HEAD_OCTETS = 24;
const COMMAND_OCTETS = 12;
const CHECKSUM_OCTETS = 4;
/** Bitcoin Core's own limit. Nothing that is read here comes near it. */
const MAX_PAYLOAD_OCTETS = 4_000_000;

export interface Message {
  readonly command: string;
  readonly payload: Buffer;
}

/** @param command at most 12 characters of ASCII */
export function encodeMessage(network: NetworkName, command: string, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_OCTETS);
  head.write(MAGIC[network], 0, 'hex');
  head.write(command, 4, 'latin1');
  head.writeUInt32LE(payload.length, 16);
  head.set(checksum(payload), 20);
  return Buffer.concat([head, payload]);
}

/** Takes octets as they come from a connection, and gives messages. */
export class MessageReader {
  readonly #magic: Buffer;
  /** What came and is not yet a message; it is joined when enough is there, or many small pieces would be copied often. */
  #pieces: Buffer[] = [];
  #size = 0;
  #wanted = HEAD_OCTETS;

  constructor(network: NetworkName) {
    this.#magic = Buffer.from(MAGIC[network], 'hex');
  }

  /**
   * @returns the messages that are whole with `chunk`
   * @throws MdtError MDT_WRONG_CHAIN where the magic is another network's, MDT_SOURCE where it is no message
   */
  push(chunk: Buffer): Message[] {
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    const messages: Message[] = [];
    if (this.#size < this.#wanted) return messages;
    let octets = Buffer.concat(this.#pieces);
    for (let length = this.#lengthOf(octets); octets.length >= length; length = this.#lengthOf(octets)) {
      messages.push(messageOf(octets.subarray(0, length)));
      octets = octets.subarray(length);
    }
    this.#wanted = this.#lengthOf(octets);
    this.#pieces = [octets];
    this.#size = octets.length;
    return messages;
  }

  /** Octets of the message that begins here, as far as its head is there; else those of a head. */
  #lengthOf(octets: Buffer): number {
    if (octets.length < HEAD_OCTETS) return HEAD_OCTETS;
    if (!octets.subarray(0, 4).equals(this.#magic)) throw new MdtError('MDT_WRONG_CHAIN', 'speaks of another network');
    const length = octets.readUInt32LE(16);
    if (length > MAX_PAYLOAD_OCTETS) throw new MdtError('MDT_SOURCE', `a message of ${length} octets`);
    return HEAD_OCTETS + length;
  }
}

function messageOf(octets: Buffer): Message {
  const payload = octets.subarray(HEAD_OCTETS);
  if (!octets.subarray(20, HEAD_OCTETS).equals(checksum(payload)))
    throw new MdtError('MDT_SOURCE', 'a message whose checksum is another');
  return { command: commandOf(octets.subarray(4, 4 + COMMAND_OCTETS)), payload };
}

function commandOf(octets: Buffer): string {
  const end = octets.indexOf(0);
  return octets.toString('latin1', 0, end < 0 ? octets.length : end);
}

function checksum(payload: Uint8Array): Uint8Array {
  return hash256(payload).subarray(0, CHECKSUM_OCTETS);
}
