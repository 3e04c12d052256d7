/** Headers from bitcoind's REST interface (`-rest=1`), which needs no credentials and serves its active chain. */
import { hash256, HEADER_OCTETS } from '../core/block-header.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { printHash } from '../core/hex.ts';
import type { HeaderSource } from '../core/verification/request.ts';
import { boundedGet, DEADLINE_MS, type Bounds } from './bounded-get.ts';

/** What bitcoind gives at most. */
const BATCH = 2_000;
/** Four million headers, some 80 years of blocks: who has more to say says the same again. */
const MAX_BATCHES = 2_000;
/** Reorganisations are short; further back the steps double. */
const LINEAR_STEPS = 10;

/** A source that is not done by then is left; what it gave stays, and is not asked for again where there is a state. */
const PATIENCE_MS = 60_000;

export interface RestOptions {
  /** Headers asked for at a time, at most 2,000. */
  readonly batch?: number;
  /** How long a source may take in all, milliseconds. */
  readonly patienceMs?: number;
}

/**
 * A node's REST interface as a source of headers.
 * @param base e.g. `http://127.0.0.1:8332`; https, or http at a loopback or private host
 */
export function restHeaders(base: string, { batch = BATCH, patienceMs = PATIENCE_MS }: RestOptions = {}): HeaderSource {
  const root = base.replace(/\/+$/, '');
  const begin = (): Node => ({ root, deadline: performance.now() + patienceMs });
  return {
    name: root,
    async update(chain, now) {
      const node = begin();
      const hash = await hashAt(node, chain.base.height);
      if (hash !== printHash(chain.base.hash)) {
        throw new MdtError('MDT_WRONG_CHAIN', 'has another block at the height of our checkpoint', { field: root });
      }
      let from = await commonHeader(node, chain);
      for (let turn = 0; turn < MAX_BATCHES; turn += 1) {
        const headers = await headersFrom(node, from, batch);
        const before = chain.heard;
        chain.add(headers, now);
        const last = headers.at(-1);
        if (headers.length < batch || last === undefined) return;
        // Each batch begins with the last header of the one before; one that leads no further is not honest.
        if (chain.heard === before) break;
        from = printHash(hash256(last));
      }
      throw new MdtError('MDT_SOURCE', 'does not come to an end', { field: root });
    },
    async earlier(chain, from) {
      const node = begin();
      const wanted = chain.base.height - from;
      let hash = await hashAt(node, from);
      const headers: Uint8Array[] = [];
      while (headers.length < wanted) {
        const more = await headersFrom(node, hash, Math.min(batch, wanted - headers.length + 1));
        const fresh = headers.length === 0 ? more : more.slice(1);
        const last = fresh.at(-1);
        if (last === undefined) break;
        headers.push(...fresh);
        hash = printHash(hash256(last));
      }
      chain.addEarlier(headers.slice(0, wanted));
    },
  };
}

/** A node, and until when it may answer (`performance.now()`). */
interface Node {
  readonly root: string;
  readonly deadline: number;
}

/** What the node has at a height: of another network it is another block. */
async function hashAt(node: Node, height: number): Promise<string> {
  const path = `/rest/blockhashbyheight/${height}.hex`;
  const octets = await get(node, path, { maxOctets: 128, tooLarge: 'MDT_SOURCE', accept: 'text/plain' });
  return Buffer.from(octets).toString('latin1').trim();
}

/** The newest of our headers that the node has in its active chain too. */
async function commonHeader(node: Node, chain: HeaderChain): Promise<string> {
  let height = chain.tip.height;
  for (let step = 0; ; step += 1) {
    const header = chain.at(Math.max(height, chain.base.height)) ?? chain.base;
    const hash = printHash(header.hash);
    if (header === chain.base || (await headersFrom(node, hash, 1)).length > 0) return hash;
    height -= step < LINEAR_STEPS ? 1 : 2 ** (step - LINEAR_STEPS + 1);
  }
}

/** The header `hash` and those after it; none where it is not in the node's active chain. */
async function headersFrom(node: Node, hash: string, count: number): Promise<Uint8Array[]> {
  const maxOctets = count * HEADER_OCTETS;
  const path = `/rest/headers/${hash}.bin?count=${count}`;
  const octets = await get(node, path, { maxOctets, tooLarge: 'MDT_SOURCE', accept: 'application/octet-stream' });
  if (octets.length % HEADER_OCTETS !== 0) {
    throw new MdtError('MDT_HEADER_FORMAT', 'not a number of 80-octet headers', { field: node.root });
  }
  return Array.from({ length: octets.length / HEADER_OCTETS }, (_, index) =>
    octets.subarray(index * HEADER_OCTETS, (index + 1) * HEADER_OCTETS),
  );
}

/** As `boundedGet`, until the node's deadline at the latest. */
async function get({ root, deadline }: Node, path: string, bounds: Bounds): Promise<Uint8Array> {
  const left = Math.floor(deadline - performance.now());
  if (left < 1) throw new MdtError('MDT_SOURCE', 'took too long', { field: root });
  return boundedGet(`${root}${path}`, { ...bounds, deadlineMs: Math.min(left, DEADLINE_MS) });
}
