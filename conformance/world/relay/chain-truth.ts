/** What the node itself says of its chain, from the first block to the tip: what a relay's answers are held against. */
import type { Chain } from '../../chain/chain.ts';
import type { ChainIndex, ChainTransaction, IndexedBlock } from '../chain-index.ts';

const HEADER_DIGITS = 160;

export interface ChainTruth {
  /** By height. */
  readonly blocks: readonly IndexedBlock[];
  /** 80 octets, hexadecimal, by height. */
  readonly headers: readonly string[];
  /** Transactions that are in no block. */
  readonly mempool: readonly ChainTransaction[];
}

export async function chainTruth({ chain, index }: { chain: Chain; index: ChainIndex }): Promise<ChainTruth> {
  const blocks = await index.blocksFrom(0);
  const calls = blocks.map(({ hash }) => ({ method: 'getblockheader', params: [hash, false] }));
  const headers = (await chain.rpc.batch(calls)).map((header) => String(header).slice(0, HEADER_DIGITS));
  const ids = await chain.rpc.call<string[]>('getrawmempool');
  const waiting = await chain.rpc.batch(ids.map((id) => ({ method: 'getrawtransaction', params: [id, 1] })));
  return { blocks, headers, mempool: waiting.filter((each) => !(each instanceof Error)) as ChainTransaction[] };
}
