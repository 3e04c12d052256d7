/** Checkpoints of an activity log: C2SP tlog-checkpoint in a signed note by `keys.log` (MDT-LOG-007, -101). */
import { base64 } from '@scure/base';
import { verifies } from '../ed25519.ts';
import { MdtError } from '../errors.ts';
import { bytesToHex } from '../hex.ts';
import { expectSigned, parseNote, signNote, type NoteKey } from './signed-note.ts';
import { HASH_OCTETS } from '../sha256.ts';

/** Who signs for a log, without showing the key. */
export interface NoteSigner {
  /** Ed25519, 32 octets. */
  readonly publicKey: Uint8Array;
  /** 64 octets. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export interface Head {
  readonly size: number;
  /** 32 octets. */
  readonly root: Uint8Array;
}

const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** Origin and key name of an entity's log. @param entityId 32 octets */
function originOf(entityId: Uint8Array): string {
  return `milagro.invalid/mdt/${bytesToHex(entityId)}`;
}

/** The checkpoint of a head, as a signed note. */
export function checkpointText(
  { entityId, size, root }: Head & { readonly entityId: Uint8Array },
  signer: NoteSigner,
): string {
  const name = originOf(entityId);
  return signNote(`${name}\n${size}\n${base64.encode(root)}\n`, { name, publicKey: signer.publicKey }, signer.sign);
}

/**
 * What a checkpoint says.
 * @param octets as served
 * @param publicKey `keys.log`, 32 octets
 * @throws MdtError MDT_LOG_CHECKPOINT
 */
export function readCheckpoint(octets: Uint8Array, entityId: Uint8Array, publicKey: Uint8Array): Head {
  const note = parseNote(octets);
  const [origin, size = '', root = '', end, ...more] = note.text.split('\n');
  if (origin !== originOf(entityId)) throw refusal('another origin');
  if (end !== '' || more.length > 0) throw refusal('not three lines');
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size))) throw refusal('not a size');
  const key: NoteKey = { name: originOf(entityId), publicKey };
  expectSigned(note, key, (message, signature) => verifies(signature, message, publicKey));
  return { size: Number(size), root: rootFrom(root) };
}

function rootFrom(text: string): Uint8Array {
  try {
    const root = base64.decode(text);
    if (root.length === HASH_OCTETS) return root;
  } catch {
    // below
  }
  throw refusal('not a root');
}

function refusal(message: string): MdtError {
  return new MdtError('MDT_LOG_CHECKPOINT', message, { field: '/checkpoint' });
}
