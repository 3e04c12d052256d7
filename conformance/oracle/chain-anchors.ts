/** The anchors of a chain and the lineages that they belong to (spec 2.1, 11.3), from blocks as bitcoind decodes them. */
import { opReturnIndex, pushedData, readPayload, type Payload } from './payload.ts';
import { Refusal } from './refusal.ts';

/** A block, as far as anchors are concerned. */
export interface AnchorBlock {
  readonly hash: string;
  readonly height: number;
  readonly tx: readonly AnchorTransaction[];
}

export interface AnchorTransaction {
  readonly txid: string;
  readonly vin: readonly { readonly txid?: string; readonly vout?: number }[];
  readonly vout: readonly { readonly scriptPubKey: { readonly hex: string } }[];
}

export interface ChainAnchor {
  readonly txid: string;
  /** Index of the OP_RETURN output. */
  readonly vout: number;
  readonly height: number;
  readonly blockHash: string;
  /** Index in the block. */
  readonly index: number;
  readonly octets: Buffer;
  readonly kind: number;
  readonly payload: Payload;
  /** Transaction ID of the BIRTH of its lineage, where it is a member of one. */
  readonly birth?: string;
}

/** Offset of the kind octet in a payload. */
const KIND_AT = 13;
const KINDS_OF_A_LINEAGE = ['STATUS', 'ACTIVITY_ROOT', 'SUCCESSOR', 'RETIRE'];

/** All anchors of these blocks, which are the whole chain from its beginning, in its order. */
export function anchorsIn(blocks: readonly AnchorBlock[]): ChainAnchor[] {
  const found: ChainAnchor[] = [];
  /** Continuations that nothing has spent yet: the lineage and entity that each belongs to, by outpoint. */
  const open = new Map<string, { birth: string; entity: string }>();
  for (const { hash, height, tx } of blocks) {
    for (const [index, transaction] of tx.entries()) {
      const anchor = anchorOf(transaction);
      const birth = birthOf(transaction, anchor?.payload, open);
      const { txid } = transaction;
      if (anchor)
        found.push({ txid, height, blockHash: hash, index, ...anchor, ...(birth !== undefined && { birth }) });
    }
  }
  return found;
}

/** The lineage that a transaction goes on with or begins; whatever it spends of others has ended. */
function birthOf(
  { txid, vin }: AnchorTransaction,
  payload: Payload | undefined,
  open: Map<string, { birth: string; entity: string }>,
): string | undefined {
  const spent = vin.map((input) => {
    const outpoint = `${input.txid ?? ''}:${String(input.vout)}`;
    const lineage = open.get(outpoint);
    open.delete(outpoint);
    return lineage;
  });
  const [lineage] = spent;
  const continuation = `${txid}:1`;
  if (payload?.kind === 'BIRTH') {
    open.set(continuation, { birth: txid, entity: payload.digest ?? '' });
    return txid;
  }
  if (!lineage || !payload || !KINDS_OF_A_LINEAGE.includes(payload.kind) || payload.entity_id !== lineage.entity)
    return undefined;
  if (payload.kind !== 'RETIRE') open.set(continuation, lineage); // nothing follows it
  return lineage.birth;
}

/** What a transaction anchors; nothing where a reader would refuse it, or ignores its kind. */
export function anchorOf({
  vout,
}: AnchorTransaction): Pick<ChainAnchor, 'vout' | 'octets' | 'kind' | 'payload'> | undefined {
  try {
    const scripts = vout.map(({ scriptPubKey }) => Buffer.from(scriptPubKey.hex, 'hex'));
    const at = opReturnIndex(scripts);
    const octets = pushedData(scripts[at] ?? Buffer.alloc(0));
    const payload = readPayload(octets);
    return payload && { vout: at, octets, kind: octets[KIND_AT] ?? 0, payload };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
