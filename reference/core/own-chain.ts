/** The reader's own chain: parameters and a checkpoint that nobody else chooses (spec 7.1). */
import type { ChainCheckpoint, ChainParameters } from '../gen/schemas.ts';
import { parametersOf } from './chain-parameters.ts';

export interface OwnChain {
  readonly parameters: ChainParameters;
  readonly checkpoint: ChainCheckpoint;
}

export const CHAIN_NAMES = ['main', 'regtest'] as const;
export type ChainName = (typeof CHAIN_NAMES)[number];

/** Block 0 of both: they differ in time, bits and nonce. */
const MERKLE_ROOT = '3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a';
const block0 = (rest: string): string => `01000000${'00'.repeat(32)}${MERKLE_ROOT}${rest}`;

const GENESIS: Readonly<Record<ChainName, { hash: string; header: string; chainwork: string }>> = {
  main: {
    hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
    header: block0('29ab5f49ffff001d1dac2b7c'),
    chainwork: '100010001',
  },
  regtest: {
    hash: '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206',
    header: block0('dae5494dffff7f2002000000'),
    chainwork: '2',
  },
};

/** A known chain from its block 0 on; a checkpoint nearer to the tip spares hundreds of thousands of headers. */
export function ownChain(name: ChainName): OwnChain {
  const { hash, header, chainwork } = GENESIS[name];
  return {
    parameters: parametersOf(hash),
    checkpoint: { height: 0, hash, header, chainwork: chainwork.padStart(64, '0'), previous_times: [] },
  };
}
