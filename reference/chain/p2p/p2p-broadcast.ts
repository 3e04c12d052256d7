/** Offering a transaction to a node of the Bitcoin P2P network: `inv`, and `tx` where the node asks for it. */
import { MdtError } from '../../core/errors.ts';
import { equalOctets } from '../../core/hex.ts';
import { parseHashedTransaction } from '../../core/transaction.ts';
import { Peer } from './peer.ts';
import { p2pAddress } from './p2p-headers.ts';

/** A node asks a stranger some seconds after the offer, so that somebody it knows may be first. */
const PATIENCE_MS = 20_000;
/** Kinds of inventory: a transaction, and one that is wanted with its witness (BIP-144). */
const MSG_TX = 1;
const MSG_WITNESS_TX = 0x4000_0001;
const ENTRY_OCTETS = 36;

/**
 * Gives a transaction to a node that asks for it. The network does not say what becomes of it: whether it is mined, the
 * headers and a proof will show.
 * @param octets BIP-144
 * @throws MdtError MDT_MALFORMED_TX, MDT_WRONG_CHAIN; MDT_SOURCE where the node does not ask: it is not there, has the
 *   transaction already, or takes none
 */
export async function offerByP2p(
  url: string,
  genesis: string,
  octets: Uint8Array,
  patienceMs: number = PATIENCE_MS,
): Promise<void> {
  const { hash } = parseHashedTransaction(octets, 'transaction');
  const { network, address } = p2pAddress(url, genesis);
  const peer = await Peer.connect(address, network, patienceMs).catch((error: unknown) => {
    throw error instanceof MdtError ? new MdtError(error.code, error.message, { field: url, cause: error }) : error;
  });
  try {
    peer.send('inv', inventory(MSG_TX, hash));
    while (!asksFor(await peer.receive('getdata'), hash)); // it may ask for something else first
    peer.send('tx', octets);
    await peer.ask('ping', Buffer.alloc(8, 1), 'pong'); // answered in order: the transaction has been read
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    throw new MdtError('MDT_SOURCE', 'does not ask for it: it has it already, or takes none', {
      field: url,
      cause: error,
    });
  } finally {
    peer.close();
  }
}

function inventory(kind: number, hash: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(1, 0);
  head.writeUInt32LE(kind, 1);
  return Buffer.concat([head, hash]);
}

/** `getdata`: a count of less than 253, as whoever was offered one thing has it, and entries of kind and hash. */
function asksFor(payload: Buffer, hash: Uint8Array): boolean {
  const count = payload[0] ?? 0;
  return Array.from({ length: count }, (_, index) =>
    payload.subarray(1 + index * ENTRY_OCTETS, 1 + (index + 1) * ENTRY_OCTETS),
  ).some(
    (entry) =>
      entry.length === ENTRY_OCTETS &&
      [MSG_TX, MSG_WITNESS_TX].includes(entry.readUInt32LE(0)) &&
      equalOctets(entry.subarray(4), hash),
  );
}
