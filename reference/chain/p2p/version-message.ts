/** `version`: what each side of a connection says first. */
import { MdtError } from '../../core/errors.ts';

/** Of Bitcoin Core since 0.21. */
export const PROTOCOL_VERSION = 70_016;
/** `headers` came with it (Bitcoin 0.3.18). */
const FIRST_WITH_HEADERS = 31_800;
const ADDRESS_OCTETS = 26;
const AGENT = '/milagro-trust:0.1.0/';

/** A client that serves nothing, has no blocks, and wants no transactions. */
export function encodeVersion(): Buffer {
  const head = Buffer.alloc(20);
  head.writeInt32LE(PROTOCOL_VERSION, 0);
  // Services and time stay 0: a time would show the clock of a client to every node that it asks.
  const addresses = Buffer.alloc(2 * ADDRESS_OCTETS);
  const nonce = Buffer.alloc(8);
  const tail = Buffer.alloc(5); // height 0, no relay of transactions
  return Buffer.concat([head, addresses, nonce, Buffer.of(AGENT.length), Buffer.from(AGENT, 'latin1'), tail]);
}

/** @throws MdtError MDT_SOURCE where a node is too old to give headers */
export function decodeVersion(payload: Buffer): void {
  const version = payload.length < 4 ? 0 : payload.readInt32LE(0);
  if (version < FIRST_WITH_HEADERS) throw new MdtError('MDT_SOURCE', `version ${version}, which gives no headers`);
}
