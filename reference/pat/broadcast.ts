/** Handing a signed transaction on: to nodes of the P2P network and to relays. */
import { offerByP2p } from '../chain/p2p/p2p-broadcast.ts';
import { MdtError } from '../core/errors.ts';
import { isRelayUrl } from '../core/relay-address.ts';
import { askRelay } from './relay-registrations.ts';

export interface HandedOn {
  readonly to: string;
  readonly code?: string;
  readonly message?: string;
}

/** Hands a transaction to each of them; a refusal of one is no reason to leave out the next. */
export async function handOn(urls: readonly string[], genesis: string, octets: Uint8Array): Promise<HandedOn[]> {
  const outcomes: HandedOn[] = [];
  for (const to of urls) {
    try {
      if (isRelayUrl(to)) await byRelay(to, octets);
      else await offerByP2p(to, genesis, octets);
      outcomes.push({ to });
    } catch (error) {
      if (!(error instanceof MdtError) || error.code === 'MDT_MALFORMED_TX') throw error;
      outcomes.push({ to, code: error.code, message: error.message });
    }
  }
  return outcomes;
}

async function byRelay(url: string, octets: Uint8Array): Promise<void> {
  const transaction = Buffer.from(octets);
  await askRelay(url, async (relay) => relay.call((client) => client.broadcastTransaction, { transaction }));
}
