/** Bundles of a short chain, right and wrong about where it begins, for readers with checkpoints of their own (spec 7.6). */
import { headersOf } from '../../conformance/oracle/bundle.ts';
import { HeaderTree } from '../../conformance/oracle/header-chain.ts';
import { Refusal } from '../../conformance/oracle/refusal.ts';
import { hash256 } from '../../reference/core/block-header.ts';
import { onSchedule, syntheticChain } from '../../reference/core/fixtures/mined-headers.ts';
import { HeaderChain } from '../../reference/core/header-chain.ts';
import { bytesToHex, printHash } from '../../reference/core/hex.ts';
import { bundleHeaders } from '../../reference/core/verification/bundle-headers.ts';
import type { ChainCheckpoint, ChainParameters, VerificationBundle } from '../../reference/gen/schemas.ts';
import type { Random } from './random.ts';
import type { Readers } from './readers.ts';

export interface BundleInput {
  bundle: VerificationBundle;
  parameters: ChainParameters;
  checkpoint: ChainCheckpoint;
}

const { genesis, parameters: rules, checkpoint: first } = syntheticChain();
const HEADERS = [genesis, ...onSchedule(genesis, 12)];
const NOW = 2_000_000_000;
const hashAt = (height: number): string => printHash(hash256(HEADERS[height] ?? genesis));

/** Three of four are right, or nearly. */
export function bundleInput(random: Random): BundleInput {
  const own = random.below(9);
  const height = random.below(12);
  const from = random.once(3) ? random.below(height + 2) : height + 1;
  const hex = HEADERS.slice(random.once(8) ? random.below(13) : from)
    .slice(0, random.once(8) ? random.below(4) : undefined)
    .map(bytesToHex)
    .join('');
  return {
    bundle: {
      ...{ bundle: 1, url: 'https://a.example/', fetched: '2026-01-01T00:00:00Z', hosted: '{}' },
      chain: {
        genesis: random.once(10) ? '00'.repeat(32) : rules.genesis,
        checkpoint: { height, hash: hashAt(random.once(8) ? random.below(13) : height) },
      },
      headers: {
        from: random.once(8) ? random.below(14) : from,
        hex: random.once(16) ? hex.slice(2) : hex,
        sources: [],
      },
    },
    parameters: { ...rules, retarget: false, interval: Math.max(1, own) },
    checkpoint: { ...first, height: own, hash: hashAt(own), header: bytesToHex(HEADERS[own] ?? genesis) },
  };
}

/** The tip, and how far down the headers go. */
export const BUNDLE: Readers<BundleInput> = {
  core: async ({ bundle, parameters, checkpoint }) => {
    const chain = new HeaderChain(parameters, checkpoint);
    const source = bundleHeaders(bundle);
    await source.update(chain, NOW);
    await source.earlier?.(chain, 0);
    return [chain.tip.height, printHash(chain.tip.hash), chain.lowest];
  },
  oracle: ({ bundle, parameters, checkpoint }) => {
    const tree = new HeaderTree(parameters, checkpoint);
    const { headers, earlier = '', refused } = headersOf(bundle, parameters, checkpoint);
    if (refused !== undefined) throw new Refusal(refused, '/headers', 'not of this chain');
    const octets = (hex: string): Buffer[] => (hex.match(/.{160}/g) ?? []).map((each) => Buffer.from(each, 'hex'));
    tree.read(octets(headers), NOW);
    tree.readEarlier(octets(earlier));
    const { best, active } = tree;
    return [best.height, best.hash, Math.min(...active.map(({ height }) => height))];
  },
};
