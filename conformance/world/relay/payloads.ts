/** Payloads of anchors that the kit makes itself, for a relay to find. */
const MARKER = '4d696c6167726f20442d5441';
const VERSION = '01';

type Digest = { readonly digest: string; readonly entity: string };

function payload(kind: string, body: string): Buffer {
  return Buffer.from(`${MARKER}${VERSION}${kind}${body}`, 'hex');
}

/** Each kind that has its place in the chain. Digests are hexadecimal. */
export const payloads: {
  /** @param role octet of the role, hexadecimal; that of a D-TA where it is not given */
  birth(digest: string, hint?: string, role?: string): Buffer;
  status(of: Digest): Buffer;
  activityRoot(of: Digest): Buffer;
  successor(of: Digest): Buffer;
  retire(of: Digest): Buffer;
  patSignature(signature: string): Buffer;
  patBatch(root: string, leaves: number): Buffer;
  other(kind: string, body: string): Buffer;
} = {
  birth: (digest, hint = '', role = '01') => payload('01', `${role}${digest}${Buffer.from(hint).toString('hex')}`),
  status: ({ digest, entity }) => payload('02', `${digest}${entity}`),
  activityRoot: ({ digest, entity }) => payload('03', `${digest}${entity}`),
  successor: ({ digest, entity }) => payload('04', `${digest}${entity}`),
  retire: ({ digest, entity }) => payload('05', `${digest}${entity}`),
  patSignature: (signature) => payload('10', signature),
  patBatch: (root, leaves) => payload('11', `${root}${leaves.toString(16).padStart(8, '0')}`),
  other: payload,
};
