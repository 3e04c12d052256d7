/** WebFinger (RFC 7033): which IdP answers for an identifier of this host (Discovery 1.0, 2). */

export const WEBFINGER = '/.well-known/webfinger';
const ISSUER_REL = 'http://openid.net/specs/connect/1.0/issuer';

export interface WebFingerAnswer {
  readonly status: number;
  readonly body: object;
}

/**
 * The JRD for a resource, or why there is none. Whether there is such an account is nobody's business here: every
 * identifier of this host has the same answer.
 * @param query of the request
 */
export function webFinger(issuer: string, query: URLSearchParams): WebFingerAnswer {
  const [resource, ...more] = query.getAll('resource');
  if (resource === undefined || more.length > 0) return { status: 400, body: problem('one resource has to be named') };
  const host = hostOf(resource);
  if (host === undefined) return { status: 400, body: problem('the resource is no acct: or https: identifier') };
  if (host !== new URL(issuer).host) return { status: 404, body: problem('no identifier of this host') };
  const rels = query.getAll('rel');
  const wanted = rels.length === 0 || rels.includes(ISSUER_REL);
  return { status: 200, body: { subject: resource, links: wanted ? [{ rel: ISSUER_REL, href: issuer }] : [] } };
}

/** Host, with its port, of `acct:user@host` (RFC 7565) or of a URL. */
function hostOf(resource: string): string | undefined {
  if (resource.startsWith('acct:')) {
    const at = resource.lastIndexOf('@');
    const authority = resource.slice(at + 1);
    return at > 'acct:'.length && URL.canParse(`https://${authority}/`) ? authority.toLowerCase() : undefined;
  }
  const url = URL.parse(resource);
  return url && /^https?:$/.test(url.protocol) ? url.host : undefined;
}

function problem(detail: string): object {
  return { error: 'invalid_request', error_description: detail };
}
