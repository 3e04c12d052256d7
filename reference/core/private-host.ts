/** Hosts that no stranger reaches (MDT-REC-005). */

/** Loopback or private, a host as URL writes it. Link-local is neither: strangers may be on the link. */
export function isPrivateHost(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^\[f[cd]..:/.test(host)) return true;
  const isIPv4 = /^[0-9]+(\.[0-9]+){3}$/.test(host); // URL has put every other spelling of an address into this one
  return isIPv4 && /^(127|10)\.|^192\.168\.|^172\.(1[6-9]|2[0-9]|3[01])\./.test(host);
}
