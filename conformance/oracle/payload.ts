/** Decodes anchor payloads (spec 2.1), each refusal with its code. */
import { Refusal } from './refusal.ts';

export const MARKER = '4d696c6167726f20442d5441';

const ROLES: Record<number, string> = { 1: 'dta', 2: 'idp', 3: 'relay' };
/** Body length by kind; BIRTH has a variable hint and is read apart. */
const BODY: Record<number, { name: string; length: number }> = {
  0x02: { name: 'STATUS', length: 64 },
  0x03: { name: 'ACTIVITY_ROOT', length: 64 },
  0x04: { name: 'SUCCESSOR', length: 64 },
  0x05: { name: 'RETIRE', length: 64 },
  0x10: { name: 'PAT_SIGNATURE', length: 64 },
  0x11: { name: 'PAT_BATCH', length: 36 },
};
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

export interface Payload {
  kind: string;
  role?: string;
  digest?: string;
  host_hint?: string;
  entity_id?: string;
  signature?: string;
  root?: string;
  leaf_count?: number;
}

/** Index of the one OP_RETURN output among the output scripts of a transaction. */
export function opReturnIndex(scripts: readonly Uint8Array[]): number {
  const found = scripts.flatMap((script, index) => (script[0] === 0x6a ? [index] : []));
  const [index] = found;
  if (index === undefined || found.length > 1)
    throw new Refusal('MDT_OP_RETURN_COUNT', '/outputs', `${String(found.length)} OP_RETURN outputs`);
  return index;
}

/** The data of an OP_RETURN script: one push, in its shortest form, of at most 80 octets. */
export function pushedData(script: Uint8Array): Buffer {
  const octets = Buffer.from(script);
  const refuse = (why: string): never => {
    throw new Refusal('MDT_PUSH', '/script', why);
  };
  if (octets[0] !== 0x6a) refuse('does not begin with OP_RETURN');
  const opcode = octets[1] ?? refuse('pushes nothing');
  const single = singleOctet(opcode);
  if (single !== undefined) return octets.length === 2 ? Buffer.from([single]) : refuse('octets left over');
  // OP_0, the push of nothing, is a direct push of length 0.
  const direct = opcode <= 75;
  if (!direct && opcode !== 0x4c) refuse('not one push of data');
  const data = octets.subarray(direct ? 2 : 3);
  const length = direct ? opcode : (octets[2] ?? 0);
  const shorter = !direct ? length <= 75 : length === 1 && hasOpcode(data[0] ?? 0);
  if (shorter) refuse('not the shortest form');
  if (length > 80) refuse('more than 80 octets');
  if (data.length !== length) refuse('octets missing or left over');
  return data;
}

/** OP_1NEGATE and OP_1 to OP_16 push one octet by themselves, and that is its shortest form. */
function singleOctet(opcode: number): number | undefined {
  if (opcode === 0x4f) return 0x81;
  return opcode >= 0x51 && opcode <= 0x60 ? opcode - 0x50 : undefined;
}

function hasOpcode(octet: number): boolean {
  return octet === 0x81 || (octet >= 1 && octet <= 16);
}

/** What a payload says; `undefined` for an experimental kind, which a reader ignores (MDT-ANC-106). An octet that is missing is not the right one. */
export function readPayload(data: Uint8Array): Payload | undefined {
  const octets = Buffer.from(data);
  if (octets.subarray(0, 12).toString('hex') !== MARKER)
    throw new Refusal('MDT_PAYLOAD_MARKER', '/payload/0', 'another marker');
  if (octets[12] !== 1) throw new Refusal('MDT_PAYLOAD_VERSION', '/payload/12', `version ${String(octets[12])}`);
  const kind = octets[13] ?? 0;
  if (kind >= 0x80) return undefined;
  const body = octets.subarray(14);
  if (kind === 0x01) return readBirth(body);
  const known = BODY[kind];
  if (!known) throw new Refusal('MDT_PAYLOAD_KIND', '/payload/13', `kind ${kind.toString(16)}`);
  if (body.length !== known.length)
    throw new Refusal('MDT_PAYLOAD_LENGTH', '/payload/14', `${String(body.length)} octets`);
  if (kind === 0x10) return { kind: known.name, signature: body.toString('hex') };
  if (kind === 0x11)
    return { kind: known.name, root: body.subarray(0, 32).toString('hex'), leaf_count: body.readUInt32BE(32) };
  return {
    kind: known.name,
    digest: body.subarray(0, 32).toString('hex'),
    entity_id: body.subarray(32).toString('hex'),
  };
}

function readBirth(body: Buffer): Payload {
  if (body.length < 33 || body.length > 66)
    throw new Refusal('MDT_PAYLOAD_LENGTH', '/payload/14', `${String(body.length)} octets`);
  const role = ROLES[body[0] ?? 0];
  if (role === undefined) throw new Refusal('MDT_PAYLOAD_ROLE', '/payload/14', `role ${String(body[0])}`);
  const hint = body.subarray(33).toString('latin1');
  if (hint !== '' && !isHostHint(hint)) throw new Refusal('MDT_PAYLOAD_HOST_HINT', '/payload/47', 'not a host hint');
  return { kind: 'BIRTH', role, digest: body.subarray(1, 33).toString('hex'), host_hint: hint };
}

/** Lower-case LDH name or IPv4 address, with an optional port. */
export function isHostHint(hint: string): boolean {
  if (hint.length > 33) return false;
  const [, host = '', port] = /^([^:]*)(?::([0-9]+))?$/.exec(hint) ?? [];
  if (port !== undefined && (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65_535)) return false;
  const labels = host.split('.');
  // A name whose last label is a number would be taken for an IPv4 address by URL parsers, so it has to be one.
  if (/^[0-9]+$/.test(labels.at(-1) ?? '')) {
    return labels.length === 4 && labels.every((label) => /^(0|[1-9][0-9]{0,2})$/.test(label) && Number(label) <= 255);
  }
  return labels.every((label) => LABEL.test(label) && label.length <= 63);
}
