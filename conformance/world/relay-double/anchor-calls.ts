/** What the relay double answers of anchors and lineages. */
import { createHash } from 'node:crypto';
import type { ChainAnchor } from '../../oracle/chain-anchors.ts';
import type { Back, Calls } from './call-types.ts';
import type { Snapshot } from './chain-view.ts';
import { hash, MOST_RESULTS, someHash } from './ranges.ts';
import { notFound, outOfRange, unavailable } from './refusal.ts';

const PAGE = 4;

export function anchorCalls({ view }: Back): Pick<Calls, 'findAnchors' | 'getAnchorProof' | 'getLineageProof'> {
  return {
    findAnchors: async ({ entityId, digest, kinds, fromHeight, toHeight, limit, page }) => {
      const [entity, wanted] = [someHash(entityId, 'entity_id'), someHash(digest, 'digest')];
      if (toHeight !== 0 && fromHeight > toHeight) throw outOfRange('from_height');
      const chain = await view.now();
      const from = page.length === 0 ? 0 : pageAt(page, chain);
      const births = entity === undefined ? undefined : birthsOf(chain, entity);
      const matching = chain.anchors.filter(
        (anchor) =>
          anchor.height >= fromHeight &&
          (toHeight === 0 || anchor.height <= toHeight) &&
          (births === undefined || births.has(anchor.birth ?? '')) &&
          (wanted === undefined || digestOf(anchor) === wanted) &&
          (kinds.length === 0 || kinds.includes(anchor.kind)),
      );
      const most = limit === 0 ? MOST_RESULTS : Math.min(limit, MOST_RESULTS);
      const anchors = matching.slice(from, from + most).map((anchor) => ({
        locator: chain.locator(anchor.txid, anchor.vout),
        payload: anchor.octets,
        birthTxid: Buffer.from(anchor.birth ?? '', 'hex'),
      }));
      const isEnd = from + most >= matching.length;
      return { anchors, nextPage: isEnd ? Buffer.alloc(0) : pageOf(from + most) };
    },
    getAnchorProof: async ({ txid: octets, confirmations }) => {
      const txid = hash(octets, 'txid');
      const chain = await view.now();
      const anchor = chain.anchor(txid);
      if (!anchor) throw notFound();
      const depth = Math.max(1, confirmations);
      if (chain.confirmations(txid) < depth) throw unavailable('MDT_CONFIRMATIONS');
      const prevoutValue = chain.prevoutValue(txid);
      const proof = chain.proof(txid, anchor.vout, { confirmations: depth, prevoutValue });
      return { locator: chain.locator(txid, anchor.vout), proof };
    },
    getLineageProof: async ({ birthTxid, confirmations }) => {
      const chain = await view.now();
      const members = chain.lineage(hash(birthTxid, 'birth_txid'));
      const depth = Math.max(1, confirmations);
      const [birth] = members;
      if (!birth) throw notFound();
      const deep = members.map(({ txid }) => chain.confirmations(txid) >= depth);
      if (deep[0] !== true) throw unavailable('MDT_CONFIRMATIONS');
      const newest = deep.lastIndexOf(true);
      const links = members.flatMap(({ payload: { kind } }, link) =>
        deep[link] === true && (link === newest || ['BIRTH', 'SUCCESSOR', 'RETIRE'].includes(kind)) ? [link] : [],
      );
      return {
        lineage: {
          transactions: members.map(({ txid }) => chain.stripped(txid)),
          proofs: links.map((link) => chain.linkProof(members, link, depth)),
        },
      };
    },
  };
}

/** BIRTHs of the lineages with this `entity_id`. */
function birthsOf({ anchors }: Snapshot, entity: string): Set<string> {
  const births = anchors.filter(({ payload }) => payload.kind === 'BIRTH' && payload.digest === entity);
  return new Set(births.map(({ txid }) => txid));
}

/** What `digest` of a request is held against. */
function digestOf({ payload: { digest, root, signature } }: ChainAnchor): string | undefined {
  if (signature !== undefined) return createHash('sha256').update(Buffer.from(signature, 'hex')).digest('hex');
  return digest ?? root;
}

function pageOf(index: number): Buffer {
  const page = Buffer.alloc(PAGE);
  page.writeUInt32BE(index);
  return page;
}

function pageAt(page: Buffer, { anchors }: Snapshot): number {
  const index = page.length === PAGE ? page.readUInt32BE() : 0;
  if (index === 0 || index > anchors.length) throw outOfRange('page');
  return index;
}
