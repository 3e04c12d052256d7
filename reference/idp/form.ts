/** Forms that browsers send. */
import type { IncomingMessage } from 'node:http';
import { errors } from 'oidc-provider';

/** A login has a name, a password and a choice; an authorization request is no longer than an address may be. */
const MAX_FORM_OCTETS = 8_192;

/** @throws InvalidRequest where it is none, or too large */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    throw new errors.InvalidRequest('only application/x-www-form-urlencoded is taken');
  const parts: Buffer[] = [];
  let size = 0;
  // Leaving the loop would destroy the connection, and the answer that says why with it.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_FORM_OCTETS) break;
    parts.push(part);
  }
  if (size > MAX_FORM_OCTETS) {
    request.resume(); // what else comes is thrown away: the next request is behind it
    throw new errors.InvalidRequest('the form is too large');
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}
