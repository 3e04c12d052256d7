/** A source of headers by its URL (spec 7.1). */
import { MdtError } from '../core/errors.ts';
import { isRelayUrl } from '../core/relay-address.ts';
import type { HeaderSource } from '../core/verification/request.ts';
import { mayRead } from './bounded-get.ts';
import { p2pHeaders } from './p2p/p2p-headers.ts';
import { relayHeaders } from './relay-headers.ts';
import { restHeaders } from './rest-headers.ts';

/**
 * @param url `p2p://`, `grpcs://` or `https://`, or `grpc://` or `http://` at a loopback or private host
 * @param genesis of the chain that the headers are of, hexadecimal as RPC prints it
 * @param patienceMs how long the source may take in all; that of its kind where it is not given
 * @throws MdtError MDT_SOURCE where the URL is none of these, MDT_WRONG_CHAIN where no P2P network has the genesis
 */
export function headerSource(url: string, genesis: string, patienceMs?: number): HeaderSource {
  if (url.startsWith('p2p://')) return p2pHeaders(url, genesis, patienceMs);
  if (isRelayUrl(url)) return relayHeaders(url, patienceMs);
  if (!mayRead(url, true))
    throw new MdtError('MDT_SOURCE', 'not p2p, grpcs, https, or grpc or http at a loopback or private host');
  return restHeaders(url, patienceMs === undefined ? {} : { patienceMs });
}
