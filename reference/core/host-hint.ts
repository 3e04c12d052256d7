/** The host hint of a BIRTH (MDT-ANC-006): with it the chain alone leads to the hosted record. */

/** What fits beside marker, version, kind, role and digest in 80 octets. */
export const MAX_HOST_HINT_OCTETS = 33;

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_HINT = new RegExp(`^(${LABEL}(?:\\.${LABEL})*)(?::([1-9][0-9]{0,4}))?$`);

/** Whether `hint` is a lower-case LDH name or IPv4 address with an optional port, or empty. */
export function isHostHint(hint: string): boolean {
  if (hint === '') return true;
  if (hint.length > MAX_HOST_HINT_OCTETS) return false;
  const [, host, port] = HOST_HINT.exec(hint) ?? [];
  if (host === undefined) return false;
  if (port !== undefined && Number(port) > 65_535) return false;
  return isLdhName(host) || isIpv4(host);
}

/** The host of `issuer`, with its port where it has one, if it may stand in a BIRTH; else empty. */
export function hostHintOf(issuer: string): string {
  const authority = /^https?:\/\/([^/]+)/.exec(issuer)?.[1] ?? '';
  return isHostHint(authority) ? authority : '';
}

// A name whose last label is all digits would be read as an IPv4 address (WHATWG URL, "ends in a number").
function isLdhName(host: string): boolean {
  return !/(^|\.)[0-9]+$/.test(host);
}

function isIpv4(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
}
