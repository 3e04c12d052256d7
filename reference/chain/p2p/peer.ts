/**
 * A connection to a node of the Bitcoin P2P network, as a client that serves nothing but what it offers: it says its version, answers
 * `ping`, asks, and passes over what it did not ask for. What comes is capped in octets and in time.
 */
import { connect, type Socket } from 'node:net';
import { MdtError } from '../../core/errors.ts';
import type { NetworkName } from '../../core/network.ts';
import { encodeMessage, MessageReader, type Message } from './message.ts';
import { decodeVersion, encodeVersion } from './version-message.ts';

/** Of all that comes: headers of four million blocks, and some chatter. */
const MAX_RECEIVED_OCTETS = 512 * 1024 * 1024;

interface Waiting {
  readonly command: string;
  readonly resolve: (payload: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

export class Peer {
  readonly #socket: Socket;
  readonly #network: NetworkName;
  readonly #reader: MessageReader;
  readonly #arrived = new Map<string, Buffer>();
  #received = 0;
  #waiting: Waiting | undefined;
  #fault: unknown;

  private constructor(socket: Socket, network: NetworkName, patienceMs: number) {
    this.#socket = socket;
    this.#network = network;
    this.#reader = new MessageReader(network);
    const timer = setTimeout(() => this.#end(new MdtError('MDT_SOURCE', 'took too long')), patienceMs);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      this.#end(new MdtError('MDT_SOURCE', `no answer (${code})`)),
    );
    socket.on('close', () => {
      clearTimeout(timer);
      this.#end(new MdtError('MDT_SOURCE', 'ended the connection'));
    });
  }

  /**
   * Connects and exchanges versions.
   * @param patienceMs after which the connection is ended, whatever it is used for
   * @throws MdtError MDT_SOURCE, MDT_WRONG_CHAIN
   */
  static async connect(
    to: { readonly host: string; readonly port: number },
    network: NetworkName,
    patienceMs: number,
  ): Promise<Peer> {
    const peer = new Peer(connect(to), network, patienceMs);
    try {
      peer.send('version', encodeVersion());
      decodeVersion(await peer.receive('version'));
      peer.send('verack', new Uint8Array());
      await peer.receive('verack');
      return peer;
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  /** Sends a message and gives the payload of the next one that is an answer to it. */
  async ask(command: string, payload: Uint8Array, answer: string): Promise<Buffer> {
    this.send(command, payload);
    return this.receive(answer);
  }

  /** The payload of the next message of this kind; of those of the handshake also of one that has come already. */
  async receive(command: string): Promise<Buffer> {
    const arrived = this.#arrived.get(command);
    if (arrived) {
      this.#arrived.delete(command);
      return arrived;
    }
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    if (this.#fault !== undefined) reject(this.#fault);
    else this.#waiting = { command, resolve, reject };
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Sends a message that has no answer. */
  send(command: string, payload: Uint8Array): void {
    this.#socket.write(encodeMessage(this.#network, command, payload));
  }

  #onData(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > MAX_RECEIVED_OCTETS) return this.#end(new MdtError('MDT_SOURCE', 'says too much'));
    try {
      for (const message of this.#reader.push(chunk)) this.#onMessage(message);
    } catch (error) {
      this.#end(error);
    }
  }

  #onMessage({ command, payload }: Message): void {
    if (command === 'ping') {
      if (payload.length === PING_OCTETS) this.send('pong', payload);
      return;
    }
    if (this.#waiting?.command === command) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      return resolve(payload);
    }
    if (EXPECTED.has(command)) this.#arrived.set(command, payload);
  }

  /** Whoever waits is told the first reason there was. */
  #end(fault: unknown): void {
    this.#fault ??= fault;
    this.#waiting?.reject(this.#fault);
    this.#waiting = undefined;
    this.#socket.destroy();
  }
}

/** A nonce (BIP-31). Nothing longer is sent back: what waits to be sent is kept. */
const PING_OCTETS = 8;
/** What is kept where it comes before somebody waits for it: one of each. */
const EXPECTED: ReadonlySet<string> = new Set(['version', 'verack']);
