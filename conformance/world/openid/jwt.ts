/** JWTs as a client of the kit makes them (RFC 7515, 7519); what a target gives is made by nobody here. */

/** Header and claims, as they are signed. */
export function signingInput(header: object, claims: object): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

/** One that nobody has signed (RFC 7519, 6). */
export function unsigned(claims: object): string {
  return `${signingInput({ alg: 'none' }, claims)}.`;
}
