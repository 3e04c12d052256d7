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
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_FORM_OCTETS) throw new errors.InvalidRequest('the form is too large');
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}
