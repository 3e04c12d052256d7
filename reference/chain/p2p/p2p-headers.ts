/** Headers from a node of the Bitcoin P2P network: what everybody has who can reach one, without an account anywhere. */
import { hash256 } from '../../core/block-header.ts';
import { MdtError } from '../../core/errors.ts';
import type { HeaderChain } from '../../core/header-chain.ts';
import { networkOf, type NetworkName } from '../../core/network.ts';
import type { HeaderSource } from '../../core/verification/request.ts';
import { decodeHeaders, encodeGetHeaders, locatorOf, MOST_HEADERS } from './headers-message.ts';
import { Peer } from './peer.ts';
import { PROTOCOL_VERSION } from './version-message.ts';

/** Four million headers. */
const MAX_TURNS = 2_000;
const PATIENCE_MS = 60_000;
const PORTS: Readonly<Record<NetworkName, number>> = { main: 8_333, test: 18_333, regtest: 18_444 };

/**
 * A node as a source of headers. It cannot be asked by height, so it has none below the reader's checkpoint.
 * @param url `p2p://host` or `p2p://host:port`; without a port, that of the network
 * @throws MdtError MDT_WRONG_CHAIN where there is no such network, MDT_SOURCE where the URL is none
 */
export function p2pHeaders(url: string, genesis: string, patienceMs: number = PATIENCE_MS): HeaderSource {
  const { network, address } = p2pAddress(url, genesis);
  return {
    name: url,
    async update(chain, now) {
      try {
        const peer = await Peer.connect(address, network, patienceMs);
        try {
          await read(peer, chain, now);
        } finally {
          peer.close();
        }
      } catch (error) {
        throw error instanceof MdtError ? withField(error, url) : error;
      }
    },
  };
}

export interface P2pAddress {
  readonly network: NetworkName;
  readonly address: { readonly host: string; readonly port: number };
}

/**
 * Where a node is, and of which network.
 * @throws MdtError as `p2pHeaders`
 */
export function p2pAddress(url: string, genesis: string): P2pAddress {
  const network = networkOf(genesis)?.name;
  if (network === undefined) throw new MdtError('MDT_WRONG_CHAIN', 'no P2P network has this genesis');
  return { network, address: addressOf(url, PORTS[network]) };
}

function addressOf(url: string, port: number): P2pAddress['address'] {
  const { hostname = '', port: given = '', href = '' } = URL.canParse(url) ? new URL(url) : {};
  const isBare = href.replace(/\/$/, '') === `p2p://${hostname}${given === '' ? '' : `:${given}`}`;
  if (hostname === '' || !isBare) throw new MdtError('MDT_SOURCE', 'not p2p://host or p2p://host:port');
  return { host: hostname.replace(/^\[|\]$/g, ''), port: given === '' ? port : Number(given) };
}

async function read(peer: Peer, chain: HeaderChain, now: number): Promise<void> {
  let locator = locatorOf(chain);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const headers = decodeHeaders(await peer.ask('getheaders', encodeGetHeaders(PROTOCOL_VERSION, locator), 'headers'));
    const before = chain.heard;
    chain.add(headers, now);
    const last = headers.at(-1);
    if (headers.length < MOST_HEADERS || last === undefined) return;
    if (chain.heard === before) break; // it leads no further, and says that there is more
    locator = [hash256(last)];
  }
  throw new MdtError('MDT_SOURCE', 'does not come to an end');
}

function withField(error: MdtError, field: string): MdtError {
  return error.field === '' ? new MdtError(error.code, error.message, { field, cause: error }) : error;
}
