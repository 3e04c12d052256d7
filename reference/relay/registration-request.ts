/** What is asked of a registration before it is kept (MDT-RLY-020 to -022). */
import { parseDocument } from '../core/document-octets.ts';
import { MdtError, type ErrorCode } from '../core/errors.ts';
import { leafHash } from '../core/log/tree-hash.ts';
import { leafOf } from '../core/pat/statement.ts';
import { validate } from '../core/schema.ts';
import { FRESHNESS_DEPTH } from '../core/time.ts';
import type { BlockRef, PatStatement } from '../gen/schemas.ts';
import type { AnchorIndex } from './anchor-index.ts';
import { expectSigned } from './signature-check.ts';

/** Hash of a block of the node, as RPC prints it: asked for where the index does not reach. */
export type AskBlockHash = (height: number) => Promise<string>;

/** A statement that can be read, with its signature as it came. */
export interface ReadRequest {
  readonly statement: PatStatement;
  readonly signature: Uint8Array;
  /** What it is in a batch. */
  readonly leaf: Buffer;
  /** The leaf hash: what the registration is called. */
  readonly id: Buffer;
}

/**
 * @param genesis of the relay's chain
 * @throws MdtError those of chapter 1, MDT_WRONG_CHAIN
 */
export function readRequest(octets: Uint8Array, signature: Uint8Array, genesis: string): ReadRequest {
  const statement = within(() => validate('pat-statement', parseDocument(octets)));
  if (statement.chain.genesis !== genesis) throw refused('MDT_WRONG_CHAIN', 'of another chain', '/chain/genesis');
  const leaf = Buffer.from(leafOf(statement, signature));
  return { statement, signature, leaf, id: Buffer.from(leafHash(leaf)) };
}

/**
 * Verifies what reading does not show.
 * @throws MdtError MDT_SIGNATURE, MDT_SIGNATURE_HIGH_S, MDT_WRONG_CHAIN, MDT_FRESHNESS; MDT_NOT_READY
 */
export async function verifyRequest(request: ReadRequest, index: AnchorIndex, ask: AskBlockHash): Promise<void> {
  await expectSigned(request);
  const { statement } = request;
  const { checkpoint } = statement.chain;
  if (!(await isActive(checkpoint, index, ask)))
    throw refused('MDT_WRONG_CHAIN', 'the checkpoint is not in the chain', '/chain/checkpoint');
  const { freshness } = statement;
  if (index.confirmations(freshness.height) <= FRESHNESS_DEPTH)
    throw refused('MDT_FRESHNESS', `less than ${FRESHNESS_DEPTH} blocks upon it`, '/freshness');
  if (!(await isActive(freshness, index, ask)))
    throw refused('MDT_FRESHNESS', 'not a block of the chain', '/freshness');
}

async function isActive({ height, hash }: BlockRef, index: AnchorIndex, ask: AskBlockHash): Promise<boolean> {
  if (height > index.tip.height) return false;
  const known = index.store.blockAt(height)?.hash.toString('hex');
  return (known ?? (await ask(height))) === hash;
}

/** Faults of a document have their place in it. */
function within<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MdtError)) throw error;
    throw refused(error.code, error.message, error.field);
  }
}

function refused(code: ErrorCode, message: string, pointer: string): MdtError {
  return new MdtError(code, message, { field: `statement${pointer}` });
}
