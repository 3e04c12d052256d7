/**
 * Headers by all rules, beside what others do with a header: parse, link, hash, work. None of them looks at difficulty or
 * time there; ours does.
 */
import { hash as cryptoHash } from 'node:crypto';
import { Block } from 'bitcoinjs-lib';
import { parametersOf } from '../core/chain-parameters.ts';
import { REGTEST_CHECKPOINT, REGTEST_GENESIS } from '../core/fixtures/grown-lineage.ts';
import { onSchedule } from '../core/fixtures/mined-headers.ts';
import { HeaderChain } from '../core/header-chain.ts';
import { parseHex } from '../core/hex.ts';
import { fromBcoin } from './peers.ts';
import { measure, rounded, SCALE, type Benchmark, type Measured, type Measurement } from './measure.ts';

const HEADERS = 2_000;
const BATCH = 2_000;
/** About as many as the main chain has. */
const MANY = 900_000 * SCALE;
const MAX_OCTETS_EACH = 81;
const NOW = 2_000_000_000;
const REGTEST_BITS = 0x207fffff;

interface BcoinHeaders {
  fromHead(octets: Buffer): { prevBlock: string; verify(): boolean; hash(encoding: 'hex'): string };
}

export function headers(): Measured[] {
  const first = parseHex(REGTEST_CHECKPOINT.header, 'MDT_HEADER_FORMAT', '');
  const chain = onSchedule(first, HEADERS, 0, REGTEST_BITS).map((each) => Buffer.from(each));
  const common = { unit: 'ms/op', ours: () => newChain().add(chain, NOW) } as const;
  const peers: Benchmark[] = [
    { ...common, id: 'headers.vs-bitcoinjs', peerName: 'bitcoinjs-lib', peer: () => readByBitcoinjs(chain) },
    {
      ...{ ...common, id: 'headers.vs-crypto-hash', peerName: 'two calls of crypto.hash a header, and nothing else' },
      peer: () => chain.forEach((each) => cryptoHash('sha256', cryptoHash('sha256', each, 'buffer'), 'buffer')),
    },
  ];
  const bcoin = fromBcoin((load) => load('bcoin/lib/primitives/headers') as BcoinHeaders);
  if (bcoin)
    peers.unshift({ ...common, id: 'headers.vs-bcoin', peerName: 'bcoin', peer: () => readByBcoin(bcoin, chain) });
  else console.error('headers.vs-bcoin is left out: bcoin could not be brought into out/peers/');
  return [
    ...peers.map((benchmark) => ({ id: benchmark.id, measured: async () => [await measure(benchmark)] })),
    { id: 'headers.octets', measured: async () => Promise.resolve([octetsEach(first)]) },
  ];
}

function newChain(): HeaderChain {
  return new HeaderChain(parametersOf(REGTEST_GENESIS), REGTEST_CHECKPOINT);
}

function readByBcoin(bcoin: BcoinHeaders, chain: readonly Buffer[]): void {
  let previous: string | undefined;
  for (const octets of chain) {
    const header = bcoin.fromHead(octets);
    if ((previous !== undefined && header.prevBlock !== previous) || !header.verify()) throw new Error('bcoin');
    previous = header.hash('hex');
  }
}

function readByBitcoinjs(chain: readonly Buffer[]): void {
  let previous: Uint8Array | undefined;
  for (const octets of chain) {
    const header = Block.fromBuffer(octets);
    const links = previous === undefined || Buffer.compare(header.prevHash ?? octets, previous) === 0;
    if (!links || !header.checkProofOfWork()) throw new Error('bitcoinjs-lib');
    previous = header.getHash();
  }
}

/** What a chain of many headers keeps of memory, by header, above what one of none has. */
function octetsEach(first: Uint8Array): Measurement {
  const chain = newChain();
  const before = memory();
  let last = first;
  for (let count = 0; count < MANY; count += BATCH) {
    const batch = onSchedule(last, BATCH, 0, REGTEST_BITS);
    chain.add(batch, NOW);
    last = batch.at(-1) ?? last;
  }
  const each = (memory() - before) / (chain.tip.height - chain.base.height);
  return {
    ...{ id: 'headers.octets', unit: 'octets', ours: rounded(each), peer: MAX_OCTETS_EACH, runs: 1 },
    ...{ ratio: rounded(MAX_OCTETS_EACH / each), peerName: `what is asked for, of ${MANY} headers` },
  };
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
