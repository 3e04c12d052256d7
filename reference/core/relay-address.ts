/** Addresses of relays, as readers and operators write them. */
import { MdtError } from './errors.ts';
import { isPrivateHost } from './private-host.ts';

const PLAIN = 'grpc://';
const SECURE = 'grpcs://';

export function isRelayUrl(url: string): boolean {
  return url.startsWith(PLAIN) || url.startsWith(SECURE);
}

export interface RelayAddress {
  /** `host:port`. */
  readonly target: string;
  readonly isPlain: boolean;
}

/**
 * @param url `grpcs://host:port`, or `grpc://host:port` at a loopback or private host
 * @throws MdtError MDT_SOURCE where the URL is none
 */
export function relayAddress(url: string): RelayAddress {
  const isPlain = url.startsWith(PLAIN);
  const target = url.slice((isPlain ? PLAIN : SECURE).length);
  const asHttp = `http://${target}`;
  const { hostname = '', host = '' } = URL.canParse(asHttp) ? new URL(asHttp) : {};
  const hasPort = /:[0-9]+$/.test(target);
  if (!isRelayUrl(url) || hostname === '' || !hasPort || (host !== target && `${host}:80` !== target))
    throw new MdtError('MDT_SOURCE', 'not grpcs://host:port or grpc://host:port');
  if (isPlain && !isPrivateHost(hostname)) throw new MdtError('MDT_SOURCE', 'grpc at a host that is not private');
  return { target, isPlain };
}
