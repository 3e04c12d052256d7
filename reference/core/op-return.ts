/** OP_RETURN scripts: exactly one push of at most 80 octets in its shortest form (MDT-ANC-001, -002). */
import { concatBytes } from '@noble/hashes/utils.js';
import { MdtError } from './errors.ts';
import { equalOctets } from './hex.ts';

export const OP_RETURN = 0x6a;
const OP_PUSHDATA1 = 0x4c;
const MAX_DIRECT_PUSH = 0x4b;
/** What every node relays. */
const MAX_PAYLOAD_OCTETS = 80;

/** The script that carries `data`, 1 to 80 octets. */
export function opReturnScript(data: Uint8Array): Uint8Array {
  if (data.length === 0 || data.length > MAX_PAYLOAD_OCTETS) {
    throw new MdtError('MDT_PUSH', `a push of ${data.length} octets`, { field: 'data' });
  }
  return concatBytes(Uint8Array.of(OP_RETURN), shortestPush(data));
}

/** The shortest push of `data` (BIP-62, rule 3): some single octets have an opcode of their own. */
function shortestPush(data: Uint8Array): Uint8Array {
  const [octet] = data;
  if (octet === undefined) return Uint8Array.of(0x00);
  if (data.length === 1 && octet >= 1 && octet <= 16) return Uint8Array.of(0x50 + octet);
  if (data.length === 1 && octet === 0x81) return Uint8Array.of(0x4f);
  if (data.length <= MAX_DIRECT_PUSH) return concatBytes(Uint8Array.of(data.length), data);
  return concatBytes(Uint8Array.of(OP_PUSHDATA1, data.length), data);
}

/**
 * The octets that an OP_RETURN script pushes. Nodes relay longer forms of a push (`6a4c2e…`), so the
 * rule is the reader's to keep.
 * @throws MdtError MDT_PUSH
 */
export function parseOpReturnScript(script: Uint8Array): Uint8Array {
  const [opcode, push] = script;
  if (opcode !== OP_RETURN || push === undefined) refuse();
  const data = pushedData(push, script);
  // A push has one shortest form, so writing it again tells whether this was it and whether octets are left over.
  if (data.length > MAX_PAYLOAD_OCTETS || !equalOctets(script.subarray(1), shortestPush(data))) refuse();
  return data;
}

function pushedData(push: number, script: Uint8Array): Uint8Array {
  if (push === 0x4f) return Uint8Array.of(0x81);
  if (push >= 0x51 && push <= 0x60) return Uint8Array.of(push - 0x50);
  if (push <= MAX_DIRECT_PUSH) return script.slice(2, 2 + push);
  if (push !== OP_PUSHDATA1) refuse();
  return script.slice(3, 3 + (script[2] ?? 0));
}
/**
 * Index of the one OP_RETURN output among output scripts.
 * @throws MdtError MDT_OP_RETURN_COUNT
 */
export function opReturnIndex(scripts: readonly Uint8Array[]): number {
  const indexes = scripts.flatMap((script, index) => (script[0] === OP_RETURN ? [index] : []));
  const [index] = indexes;
  if (index === undefined || indexes.length > 1) {
    throw new MdtError('MDT_OP_RETURN_COUNT', `${indexes.length} OP_RETURN outputs, one is required`, {
      field: 'outputs',
    });
  }
  return index;
}

function refuse(): never {
  throw new MdtError('MDT_PUSH', 'not one push in its shortest form', { field: 'script' });
}
