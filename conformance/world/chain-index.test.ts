import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { RpcError, type RpcClient } from '../chain/rpc-client.ts';
import { ChainIndex, type ChainTransaction } from './chain-index.ts';
import { SeededRandom } from './random.ts';

function tx(txid: string, ...spends: [txid: string, vout: number][]): ChainTransaction {
  const output = (n: number): ChainTransaction['vout'][0] => ({ n, value: 1, scriptPubKey: { hex: '', type: 'x' } });
  const vin = spends.map(([txid, vout]) => ({ txid, vout, sequence: 0 }));
  return { txid, hex: '', vin, vout: [output(0), output(1)], locktime: 0, vsize: 1 };
}

/** A node with these blocks above height 99, and this mempool. */
class Node {
  asked = 0;
  readonly gone = new Set<string>();
  readonly #blocks: ChainTransaction[][];
  readonly #mempool: ChainTransaction[];

  constructor(blocks: ChainTransaction[][], mempool: ChainTransaction[] = []) {
    this.#blocks = blocks;
    this.#mempool = mempool;
  }

  get index(): ChainIndex {
    return new ChainIndex(this as unknown as RpcClient);
  }

  async call(method: string, [first]: unknown[] = []): Promise<unknown> {
    this.asked += Number(method === 'getblock');
    if (method === 'getblockcount') return 99 + this.#blocks.length;
    if (method === 'getblockhash') return `hash-${String(first)}`;
    if (method === 'getrawmempool') return this.#mempool.map(({ txid }) => txid);
    if (method === 'getblock') {
      const height = Number(String(first).slice('hash-'.length));
      return { hash: first, height, mediantime: 0, tx: structuredClone(this.#blocks[height - 100]) };
    }
    const found = this.#mempool.find(({ txid }) => txid === first);
    if (method === 'getrawtransaction' && found && !this.gone.has(found.txid)) return found;
    throw new RpcError(-5, method, 'no such transaction');
  }

  async batch(calls: { method: string; params?: unknown[] }[]): Promise<unknown[]> {
    return Promise.all(calls.map(async ({ method, params }) => this.call(method, params)));
  }
}

const ids = (found: readonly ChainTransaction[]): string[] => found.map(({ txid }) => txid);

describe('the index of the chain', () => {
  it('finds what spends a payment and what came of it, in chain order with its place, and nothing else', async () => {
    const blocks = [
      [tx('coinbase-1'), tx('birth', ['paid', 1]), tx('stranger', ['paid', 0])],
      [tx('coinbase-2'), tx('child', ['other', 0], ['birth', 1]), tx('grandchild', ['child', 0])],
    ];
    const found = await new Node(blocks).index.descendants([{ txid: 'paid', vout: 1 }], 100);
    assert.deepEqual(ids(found), ['birth', 'child', 'grandchild']);
    assert.deepEqual(
      found.map(({ block }) => block),
      [
        { hash: 'hash-100', height: 100, index: 1 },
        { hash: 'hash-101', height: 101, index: 1 },
        { hash: 'hash-101', height: 101, index: 2 },
      ],
    );
  });

  it('looks into the mempool, in whatever order it is, and past what leaves it meanwhile', async () => {
    const mempool = [tx('child', ['birth', 1]), tx('left', ['paid', 0]), tx('birth', ['paid', 0])];
    const node = new Node([[tx('coinbase-1')]], mempool);
    node.gone.add('left');
    assert.deepEqual(ids(await node.index.descendants([{ txid: 'paid', vout: 0 }], 100)), ['birth', 'child']);
  });

  it('begins at the height it is told, and finds nothing above the tip', async () => {
    const node = new Node([[tx('birth', ['paid', 0])], [tx('coinbase-2')]]);
    assert.deepEqual(ids(await node.index.descendants([{ txid: 'paid', vout: 0 }], 101)), []);
    assert.deepEqual(await node.index.blocksFrom(102), []);
  });

  it('asks for each block once', async () => {
    const node = new Node([[tx('coinbase-1')], [tx('coinbase-2')]]);
    const { index } = node;
    await index.blocksFrom(100);
    await index.blocksFrom(100);
    await index.blockAt(101);
    assert.equal(node.asked, 2);
  });
});

describe('SeededRandom', () => {
  it('gives the same octets for the same seed and label, in any order, and others for others', () => {
    const [first, second] = [new SeededRandom('a'), new SeededRandom('a')];
    const x = first.hex('x');
    second.hex('y');
    assert.equal(second.hex('x'), x);
    assert.notEqual(first.hex('y'), x);
    assert.notEqual(new SeededRandom('b').hex('x'), x);
    assert.equal(first.octets('x', 16).toString('hex'), x.slice(0, 32));
    assert.equal(x.length, 64);
  });
});
