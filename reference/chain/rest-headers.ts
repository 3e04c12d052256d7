/** Headers from bitcoind's REST interface (`-rest=1`), which needs no credentials and serves its active chain. */
import { hash256, HEADER_OCTETS } from '../core/block-header.ts';
import { MdtError } from '../core/errors.ts';
import type { HeaderChain } from '../core/header-chain.ts';
import { printHash } from '../core/hex.ts';
import type { HeaderSource } from '../core/verification/request.ts';
import { boundedGet } from './bounded-get.ts';

/** What bitcoind gives at most. */
const BATCH = 2_000;
/** Four million headers, some 80 years of blocks: who has more to say says the same again. */
const MAX_BATCHES = 2_000;
/** Reorganisations are short; further back the steps double. */
const LINEAR_STEPS = 10;

/**
 * A node's REST interface as a source of headers.
 * @param base e.g. `http://127.0.0.1:8332`; https, or http at a loopback or private host
 * @param batch headers asked for at a time, at most 2,000
 */
export function restHeaders(base: string, batch: number = BATCH): HeaderSource {
  const root = base.replace(/\/+$/, '');
  return {
    name: root,
    async update(chain, now) {
      await checkNetwork(root, chain);
      let from = await commonHeader(root, chain);
      for (let turn = 0; turn < MAX_BATCHES; turn += 1) {
        const headers = await headersFrom(root, from, batch);
        chain.add(headers, now);
        const last = headers.at(-1);
        if (headers.length < batch || last === undefined) return;
        const next = printHash(hash256(last));
        if (next === from) return;
        from = next;
      }
      throw new MdtError('MDT_SOURCE', 'does not come to an end', { field: root });
    },
  };
}

/** A node of another network has other headers, and says so before any is asked for. */
async function checkNetwork(root: string, chain: HeaderChain): Promise<void> {
  const { height } = chain.base;
  const octets = await boundedGet(`${root}/rest/blockhashbyheight/${height}.hex`, {
    maxOctets: 128,
    tooLarge: 'MDT_SOURCE',
    accept: 'text/plain',
  });
  if (Buffer.from(octets).toString('latin1').trim() !== printHash(chain.base.hash)) {
    throw new MdtError('MDT_WRONG_CHAIN', 'has another block at the height of our checkpoint', { field: root });
  }
}

/** The newest of our headers that the node has in its active chain too. */
async function commonHeader(root: string, chain: HeaderChain): Promise<string> {
  let height = chain.tip.height;
  for (let step = 0; ; step += 1) {
    const header = chain.at(Math.max(height, chain.base.height)) ?? chain.base;
    const hash = printHash(header.hash);
    if (header === chain.base || (await headersFrom(root, hash, 1)).length > 0) return hash;
    height -= step < LINEAR_STEPS ? 1 : 2 ** (step - LINEAR_STEPS + 1);
  }
}

/** The header `hash` and those after it; none where it is not in the node's active chain. */
async function headersFrom(root: string, hash: string, count: number): Promise<Uint8Array[]> {
  const url = `${root}/rest/headers/${hash}.bin?count=${count}`;
  const maxOctets = BATCH * HEADER_OCTETS;
  const octets = await boundedGet(url, { maxOctets, tooLarge: 'MDT_SOURCE', accept: 'application/octet-stream' });
  if (octets.length % HEADER_OCTETS !== 0) {
    throw new MdtError('MDT_HEADER_FORMAT', 'not a number of 80-octet headers', { field: root });
  }
  return Array.from({ length: octets.length / HEADER_OCTETS }, (_, index) =>
    octets.subarray(index * HEADER_OCTETS, (index + 1) * HEADER_OCTETS),
  );
}
