/** What the relay double answers of anchors and lineages. */
import { createHash } from 'node:crypto';
import type { ChainAnchor } from '../../oracle/chain-anchors.ts';
import type { Back, Calls, Request } from './call-types.ts';
import type { Snapshot } from './chain-view.ts';
import { hash, MOST_RESULTS, someHash, within } from './ranges.ts';
import { notFound, outOfRange, unavailable } from './refusal.ts';

/** Octets of an index in a page. */
const INDEX = 4;
const HIGHEST_KIND = 0xff;

export function anchorCalls({ view }: Back): Pick<Calls, 'findAnchors' | 'getAnchorProof' | 'getLineageProof'> {
  return {
    findAnchors: async (asked) => {
      const { entityId, digest, kinds, fromHeight, toHeight, limit, page } = asked;
      const [entity, wanted] = [someHash(entityId, 'entity_id'), someHash(digest, 'digest')];
      if (toHeight !== 0 && fromHeight > toHeight) throw outOfRange('from_height');
      for (const kind of kinds) within(kind, 0, HIGHEST_KIND, 'kinds');
      const chain = await view.now();
      const from = page.length === 0 ? 0 : pageAt(asked);
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
      return { anchors, nextPage: isEnd ? Buffer.alloc(0) : pageOf(from + most, asked) };
    },
    getAnchorProof: async ({ txid: octets, confirmations }) => {
      const txid = hash(octets, 'txid');
      const chain = await view.now();
      const anchor = chain.anchor(txid);
      if (!anchor) throw view.wasAnchored(txid) ? unavailable('MDT_CONFIRMATIONS') : notFound();
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

/** What is asked for stands in it, so that it is no page of another question. */
function pageOf(index: number, { entityId, digest, kinds, fromHeight, toHeight }: Request<'findAnchors'>): Buffer {
  const place = Buffer.alloc(INDEX);
  place.writeUInt32BE(index);
  const question = JSON.stringify([entityId.toString('hex'), digest.toString('hex'), kinds, fromHeight, toHeight]);
  return Buffer.concat([place, createHash('sha256').update(question).digest()]);
}

function pageAt(asked: Request<'findAnchors'>): number {
  const index = asked.page.length > INDEX ? asked.page.readUInt32BE() : 0;
  if (!pageOf(index, asked).equals(asked.page)) throw outOfRange('page');
  return index;
}
