/** Who a client is, as far as its address tells. */
import type { IncomingMessage } from 'node:http';

const MAPPED = /^::ffff:(?=[0-9.]+$)/i;
const NETWORK_GROUPS = 4;

/**
 * The address as one client has it: of IPv6 the first 64 bits, since whoever has one address of such a network has all of
 * them (RFC 4291, 2.5.4); an IPv4 address in IPv6 is what it is in IPv4.
 */
export function clientOfAddress(address: string): string {
  const plain = address.replace(MAPPED, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) while (groups.length < NETWORK_GROUPS) groups.push('0');
  return groups.slice(0, NETWORK_GROUPS).join(':');
}

/** @param peer address and port with a colon between, an IPv6 address without brackets */
export function clientOfPeer(peer: string): string {
  const end = peer.lastIndexOf(':');
  return clientOfAddress(end < 0 ? peer : peer.slice(0, end));
}

/**
 * Whose an HTTP request is.
 * @param behindProxy whether a proxy of ours stands before us. Then it is the last address that `X-Forwarded-For` names, which
 * that proxy has put there; anybody can write the others.
 */
export function clientOfRequest(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  behindProxy: boolean,
): string {
  const named = behindProxy
    ? String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : undefined;
  return clientOfAddress(named || (socket.remoteAddress ?? ''));
}
