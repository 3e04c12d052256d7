import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hash256 } from '../../core/block-header.ts';
import { refuses } from '../../core/expect-error.ts';
import { onSchedule, SPACING } from '../../core/fixtures/mined-headers.ts';
import { hexToBytes } from '@noble/hashes/utils.js';
import { printHash } from '../../core/hex.ts';
import { ownChain } from '../../core/own-chain.ts';
import type { Ask } from '../relay-headers.ts';
import { beginChain } from './first-header.ts';

const HEIGHT = 2_016;
const { parameters, checkpoint: first } = ownChain('regtest');
const { genesis } = parameters;
const headers = onSchedule(hexToBytes(first.header), HEIGHT + 3, 0, 0x207fffff);
const hashAt = (height: number): string => printHash(hash256(headers[height - 1] ?? new Uint8Array()));
const checkpoint = { height: HEIGHT, hash: hashAt(HEIGHT) };

/** A relay of those headers, at most 10 an answer. */
function relayOf(chain: readonly Uint8Array[]): Ask {
  return async ({ known: [hash], fromHeight }) => {
    const at =
      hash === undefined
        ? fromHeight
        : chain.findIndex((each) => printHash(hash256(each)) === hash.toString('hex')) + 2;
    return { height: at, headers: chain.slice(at - 1, at + 9).map((each) => Buffer.from(each)) };
  };
}

describe('the first header of an entity by relays', () => {
  it('is block 0 where the configuration names no other, and nobody is asked', async () => {
    const ask = async (): Promise<never> => assert.fail('asked');
    const chain = await beginChain({ genesis, checkpoint: { height: 0, hash: genesis } }, ask);
    assert.equal(printHash(chain.tip.hash), genesis);
  });

  it('is the checkpoint, with the times below it that headers upon it are held to', async () => {
    const chain = await beginChain({ genesis, checkpoint }, relayOf(headers));
    assert.deepEqual([chain.tip.height, printHash(chain.tip.hash)], [HEIGHT, checkpoint.hash]);
    chain.add(headers.slice(HEIGHT), 4_000_000_000);
    assert.equal(chain.tip.height, HEIGHT + 3);
    for (const height of [HEIGHT - 6, HEIGHT, HEIGHT + 3]) {
      const header = chain.at(height);
      assert.ok(header);
      assert.equal(chain.medianTimePast(header), header.time - 5 * SPACING, String(height));
    }
  });

  it('is refused where the relay has another block there, other headers below, or not so many', async () => {
    const other = onSchedule(hexToBytes(first.header), HEIGHT, 7, 0x207fffff);
    await refuses(() => beginChain({ genesis, checkpoint }, relayOf(other)), 'MDT_WRONG_CHAIN', 'chain.checkpoint');
    const mixed = [...other.slice(0, HEIGHT - 1), ...headers.slice(HEIGHT - 1)];
    await refuses(() => beginChain({ genesis, checkpoint }, relayOf(mixed)), 'MDT_HEADER_LINK');
    await refuses(() => beginChain({ genesis, checkpoint }, relayOf(headers.slice(0, 2_000))), 'MDT_SOURCE');
  });
});
