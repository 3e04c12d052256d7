/** The payload of an anchor (spec 2.1): marker, version, kind and body, at most 80 octets. */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { MdtError } from './errors.ts';
import { bytesToHex, equalOctets } from './hex.ts';
import { isHostHint, MAX_HOST_HINT_OCTETS } from './host-hint.ts';

export type Role = 'dta' | 'idp' | 'relay';
export type DocumentKind = 'STATUS' | 'ACTIVITY_ROOT' | 'SUCCESSOR' | 'RETIRE';

export type Payload =
  | { readonly kind: 'BIRTH'; readonly role: Role; readonly digest: Uint8Array; readonly hostHint: string }
  | { readonly kind: DocumentKind; readonly digest: Uint8Array; readonly entityId: Uint8Array }
  | { readonly kind: 'PAT_SIGNATURE'; readonly signature: Uint8Array }
  | { readonly kind: 'PAT_BATCH'; readonly root: Uint8Array; readonly leafCount: number };

/** A payload of a kind from `80` to `ff`, which readers ignore (MDT-ANC-106). */
export interface ExperimentalPayload {
  readonly kind: 'EXPERIMENTAL';
  readonly kindOctet: number;
}

/** ASCII `Milagro D-TA` (MDT-ANC-003). */
export const MARKER: Uint8Array = utf8ToBytes('Milagro D-TA');
const VERSION = 0x01;
const HEAD_OCTETS = MARKER.length + 2;

const ROLE_OCTETS = { dta: 0x01, idp: 0x02, relay: 0x03 } as const satisfies Record<Role, number>;
/** Octet of each kind (spec 2.1). */
export const KIND_OCTETS: Readonly<Record<Payload['kind'], number>> = {
  BIRTH: 0x01,
  STATUS: 0x02,
  ACTIVITY_ROOT: 0x03,
  SUCCESSOR: 0x04,
  RETIRE: 0x05,
  PAT_SIGNATURE: 0x10,
  PAT_BATCH: 0x11,
};
const FIRST_EXPERIMENTAL_KIND = 0x80;

/** The octets of a payload, at most 80. */
export function encodePayload(payload: Payload): Uint8Array {
  return concatBytes(MARKER, Uint8Array.of(VERSION, KIND_OCTETS[payload.kind]), encodeBody(payload));
}

function encodeBody(payload: Payload): Uint8Array {
  switch (payload.kind) {
    case 'BIRTH':
      if (!isHostHint(payload.hostHint)) refuseHostHint();
      return concatBytes(
        Uint8Array.of(ROLE_OCTETS[payload.role]),
        exactly(payload.digest, 32, 'digest'),
        utf8ToBytes(payload.hostHint),
      );
    case 'PAT_SIGNATURE':
      return exactly(payload.signature, 64, 'signature');
    case 'PAT_BATCH':
      return concatBytes(exactly(payload.root, 32, 'root'), uint32(payload.leafCount));
    default:
      return concatBytes(exactly(payload.digest, 32, 'digest'), exactly(payload.entityId, 32, 'entity_id'));
  }
}

/**
 * Reads a payload.
 * @throws MdtError MDT_PAYLOAD_MARKER, _VERSION, _KIND, _LENGTH, _ROLE or _HOST_HINT.
 */
export function decodePayload(octets: Uint8Array): Payload | ExperimentalPayload {
  if (!equalOctets(octets.subarray(0, MARKER.length), MARKER)) {
    throw new MdtError('MDT_PAYLOAD_MARKER', 'does not begin with the marker', { field: 'marker' });
  }
  if (octets[MARKER.length] !== VERSION) {
    throw new MdtError('MDT_PAYLOAD_VERSION', 'another payload version than 01', { field: 'version' });
  }
  const kindOctet = octets[MARKER.length + 1];
  if (kindOctet === undefined) throw new MdtError('MDT_PAYLOAD_KIND', 'has no kind', { field: 'kind' });
  if (kindOctet >= FIRST_EXPERIMENTAL_KIND) return { kind: 'EXPERIMENTAL', kindOctet };
  return decodeBody(kindOctet, octets.slice(HEAD_OCTETS));
}

/** A payload as people and vectors read it: names in snake case, octets in hexadecimal. */
export function printedPayload(payload: Payload | ExperimentalPayload): Record<string, unknown> {
  switch (payload.kind) {
    case 'EXPERIMENTAL':
      return { kind: payload.kind };
    case 'BIRTH':
      return {
        kind: payload.kind,
        role: payload.role,
        digest: bytesToHex(payload.digest),
        host_hint: payload.hostHint,
      };
    case 'PAT_SIGNATURE':
      return { kind: payload.kind, signature: bytesToHex(payload.signature) };
    case 'PAT_BATCH':
      return { kind: payload.kind, root: bytesToHex(payload.root), leaf_count: payload.leafCount };
    default:
      return { kind: payload.kind, digest: bytesToHex(payload.digest), entity_id: bytesToHex(payload.entityId) };
  }
}

function decodeBody(kindOctet: number, body: Uint8Array): Payload {
  switch (kindOctet) {
    case KIND_OCTETS.BIRTH:
      return decodeBirth(body);
    case KIND_OCTETS.PAT_SIGNATURE:
      return { kind: 'PAT_SIGNATURE', signature: exactly(body, 64, 'body') };
    case KIND_OCTETS.PAT_BATCH:
      exactly(body, 36, 'body');
      return { kind: 'PAT_BATCH', root: body.slice(0, 32), leafCount: new DataView(body.buffer).getUint32(32) };
    default: {
      const kind = documentKind(kindOctet);
      exactly(body, 64, 'body');
      return { kind, digest: body.slice(0, 32), entityId: body.slice(32) };
    }
  }
}

function decodeBirth(body: Uint8Array): Payload {
  if (body.length < 33 || body.length > 33 + MAX_HOST_HINT_OCTETS) {
    throw new MdtError('MDT_PAYLOAD_LENGTH', `a BIRTH body of ${body.length} octets`, { field: 'body' });
  }
  const role = (Object.keys(ROLE_OCTETS) as Role[]).find((name) => ROLE_OCTETS[name] === body[0]);
  if (role === undefined) throw new MdtError('MDT_PAYLOAD_ROLE', 'an unknown role octet', { field: 'role' });
  const hostHint = String.fromCharCode(...body.subarray(33));
  if (!isHostHint(hostHint)) refuseHostHint();
  return { kind: 'BIRTH', role, digest: body.slice(1, 33), hostHint };
}

function documentKind(kindOctet: number): DocumentKind {
  const kinds: readonly DocumentKind[] = ['STATUS', 'ACTIVITY_ROOT', 'SUCCESSOR', 'RETIRE'];
  const kind = kinds.find((name) => KIND_OCTETS[name] === kindOctet);
  if (kind === undefined) throw new MdtError('MDT_PAYLOAD_KIND', 'an unregistered kind', { field: 'kind' });
  return kind;
}

function refuseHostHint(): never {
  throw new MdtError('MDT_PAYLOAD_HOST_HINT', 'not a lower-case LDH name or IPv4 address with an optional port', {
    field: 'host_hint',
  });
}

function exactly(octets: Uint8Array, length: number, field: string): Uint8Array {
  if (octets.length !== length) {
    throw new MdtError('MDT_PAYLOAD_LENGTH', `${octets.length} octets, ${length} expected`, { field });
  }
  return octets;
}

function uint32(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new MdtError('MDT_PAYLOAD_LENGTH', 'a leaf count that is not a 32-bit number', { field: 'leaf_count' });
  }
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value);
  return octets;
}
