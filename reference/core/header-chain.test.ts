import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hash256 } from './block-header.ts';
import { parametersOf } from './chain-parameters.ts';
import { refuses } from './expect-error.ts';
import { BEGIN, mine, mineBranch, onSchedule, SPACING, syntheticChain } from './fixtures/mined-headers.ts';
import { HeaderChain } from './header-chain.ts';
import { parseHex, printHash } from './hex.ts';

const { genesis, parameters, checkpoint } = syntheticChain();
const NOW = BEGIN + 1_000_000;
/** Work of one header at the limit: 2^256 ÷ (0xffff·2^232 + 1). */
const WORK_AT_LIMIT = 0x100n;
const synthetic = (): HeaderChain => new HeaderChain(parameters, checkpoint);
const last = (headers: readonly Uint8Array[]): Uint8Array => headers.at(-1) ?? genesis;
const nameOf = (octets: Uint8Array | undefined): string => printHash(hash256(octets ?? new Uint8Array()));

/** Block 0 and block 1 of Bitcoin's main chain. */
const MAIN_0 = `01000000${'00'.repeat(32)}3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c`;
const MAIN_1 =
  '010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299';
const MAIN_GENESIS = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';

describe('HeaderChain', () => {
  it("takes Bitcoin's block 1 upon block 0, with the chainwork that bitcoind prints", () => {
    const chain = new HeaderChain(parametersOf(MAIN_GENESIS), {
      height: 0,
      hash: MAIN_GENESIS,
      header: MAIN_0,
      chainwork: '100010001'.padStart(64, '0'),
      previous_times: [],
    });
    assert.equal(chain.add([parseHex(MAIN_1, 'MDT_HEADER_FORMAT', '')], 1_231_470_000), 1);
    const { height, work, hash } = chain.tip;
    assert.deepEqual(
      { height, work, hash: printHash(hash) },
      { height: 1, work: 0x2_0002_0002n, hash: '00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048' },
    );
  });

  it('adjusts the bits where a period ends, by the span of one block less (MDT-CHN-104)', async () => {
    // Blocks 0 to 3 come every 66 seconds, 198 from first to last: 0xffff × 198 ÷ 400 = 0x7eb7.d333…
    const fast = mineBranch(
      genesis,
      [1, 2, 3].map((n) => ({ time: BEGIN + n * 66 })),
    );
    const time = BEGIN + 4 * 66;
    const before = hash256(last(fast));
    await refuses(() => synthetic().add([...fast, mine(before, { time })], NOW), 'MDT_BITS', '/3');
    const chain = synthetic();
    chain.add([...fast, mine(before, { time, bits: 0x1f7eb7d3 })], NOW);
    assert.equal(chain.tip.height, 4);
    assert.equal(chain.tip.work, 4n * WORK_AT_LIMIT + 517n); // 2^32 ÷ 0x7eb7d3 = 517.2
  });

  it('leaves the bits as they are where the parameters say so', () => {
    const chain = new HeaderChain({ ...parameters, retarget: false }, checkpoint);
    chain.add(
      mineBranch(
        genesis,
        [1, 2, 3, 4, 5].map((n) => ({ time: BEGIN + n })),
      ),
      NOW,
    );
    assert.equal(chain.tip.height, 5);
  });

  it('refuses bits within a period that are not those before it, and a target above the limit (MDT-CHN-104, -107)', async () => {
    for (const bits of [0x1f7fffff, 0x2001ffff]) {
      const header = mine(hash256(genesis), { time: BEGIN + SPACING, bits });
      await refuses(() => synthetic().add([header], NOW), 'MDT_BITS', '/0');
    }
  });

  it('refuses a header that is not 80 octets (MDT-CHN-101)', async () => {
    const [header = genesis] = onSchedule(genesis, 1);
    for (const octets of [header.subarray(1), new Uint8Array([...header, ...new Uint8Array(84)])])
      await refuses(() => synthetic().add([octets], NOW), 'MDT_HEADER_FORMAT', '/0');
  });

  it('refuses a header that does not link, and keeps what came before it (MDT-CHN-102)', async () => {
    const [one = genesis, two = genesis, three = genesis] = onSchedule(genesis, 3);
    const chain = synthetic();
    await refuses(() => chain.add([one, three, two], NOW), 'MDT_HEADER_LINK', '/1');
    assert.equal(chain.tip.height, 1);
    await refuses(() => chain.add([two, one], NOW), 'MDT_HEADER_LINK', '/1');
  });

  it('refuses a first header that follows nothing it has (MDT-CHN-107)', async () => {
    const [, two = genesis] = onSchedule(genesis, 2);
    await refuses(() => synthetic().add([two], NOW), 'MDT_WRONG_CHAIN', '/0');
  });

  it('refuses a hash above the target (MDT-CHN-103)', async () => {
    const [header = genesis] = onSchedule(genesis, 1);
    const cheap = Uint8Array.from(header);
    cheap.fill(0xff, 76); // 255 of 256 nonces have no work; this one is of them
    await refuses(() => synthetic().add([cheap], NOW), 'MDT_POW', '/0');
  });

  it('refuses a time that is not after the median of the 11 before, and takes one second more (MDT-CHN-105)', async () => {
    const three = onSchedule(genesis, 3);
    // Of the times 0, 100, 200, 300 the median is the third: bitcoind takes the upper one of an even number.
    const median = BEGIN + 2 * SPACING;
    // Height 4 begins a period that took 300 of 400 seconds: 0xffff × 3 ÷ 4 = 0xbfff.4, whose sign bit moves it down.
    const at = (time: number): Uint8Array => mine(hash256(last(three)), { time, bits: 0x2000bfff });
    await refuses(() => synthetic().add([...three, at(median)], NOW), 'MDT_HEADER_TIME', '/3');
    assert.equal(synthetic().add([...three, at(median + 1)], NOW), 4);
  });

  it('counts the times before its checkpoint into the median', async () => {
    const times = Array.from({ length: 11 }, (_, index) => BEGIN + 1_000 + index);
    const chain = new HeaderChain(parameters, { ...checkpoint, previous_times: times });
    // Of the checkpoint's own time and the ten before it the sixth: BEGIN, BEGIN + 1001, … + 1010.
    assert.equal(chain.medianTimePast(chain.tip), BEGIN + 1_005);
    const early = mine(hash256(genesis), { time: BEGIN + 1_005 });
    await refuses(() => chain.add([early], NOW), 'MDT_HEADER_TIME', '/0');
    assert.equal(chain.add([mine(hash256(genesis), { time: BEGIN + 1_006 })], NOW), 1);
  });

  it('refuses a time more than two hours ahead of the clock, and takes it when the clock has moved (MDT-CHN-106)', async () => {
    const header = mine(hash256(genesis), { time: BEGIN + 7_201 });
    const chain = synthetic();
    await refuses(() => chain.add([header], BEGIN), 'MDT_HEADER_FUTURE', '/0');
    assert.equal(chain.add([header], BEGIN + 1), 1);
  });

  it('follows the branch with most work, and of equals the first seen (MDT-CHN-108)', () => {
    const [first, second] = [onSchedule(genesis, 2, 1), onSchedule(genesis, 3, 2)];
    const chain = synthetic();
    chain.add(first, NOW);
    chain.add(second.slice(0, 2), NOW);
    assert.equal(printHash(chain.tip.hash), nameOf(first[1]));
    assert.equal(chain.find(nameOf(second[0])), undefined);
    chain.add(second.slice(2), NOW);
    assert.equal(printHash(chain.tip.hash), nameOf(second[2]));
    assert.deepEqual(
      [chain.find(nameOf(first[0])), chain.find(nameOf(second[0]))?.height, chain.at(3), chain.confirmations(1)],
      [undefined, 1, chain.tip, 3],
    );
  });

  it('prefers work to length', () => {
    // A period of 100 seconds in place of 400: four times the work at height 4. Six more headers at the limit have less.
    const fast = mineBranch(
      genesis,
      [1, 2, 3].map((n) => ({ time: BEGIN + n * 33 })),
    );
    const strong = mine(hash256(last(fast)), { time: BEGIN + 132, bits: 0x1f3fffc0 });
    const chain = synthetic();
    // 400 seconds and more between blocks keep the bits at the limit, however many periods there are.
    const long = mineBranch(
      genesis,
      Array.from({ length: 6 }, (_, n) => ({ time: BEGIN + (n + 1) * 400 })),
    );
    chain.add(long, NOW);
    chain.add([...fast, strong], NOW);
    assert.equal(chain.tip.height, 4);
    assert.ok(chain.tip.work > 7n * WORK_AT_LIMIT);
  });

  it('passes over headers that it has', () => {
    const headers = onSchedule(genesis, 3);
    const chain = synthetic();
    assert.deepEqual(
      [chain.add(headers.slice(0, 2), NOW), chain.add([genesis, ...headers], NOW), chain.add(headers, NOW)],
      [2, 1, 0],
    );
  });

  it('finds, gives and leaves headers of a long chain, also where a reorganisation goes back a thousand', function () {
    this.timeout(20_000);
    const plain = { ...parameters, retarget: false };
    const trunk = onSchedule(genesis, 4_200, 1);
    const branch = onSchedule(trunk[2_999] ?? genesis, 1_300, 2);
    const chain = new HeaderChain(plain, checkpoint);
    chain.add(trunk, NOW);
    const before = chain.at(4_100);
    assert.equal(chain.add(branch, NOW), 1_300);
    const all = [genesis, ...trunk.slice(0, 3_000), ...branch];
    assert.equal(chain.tip.height, 4_300);
    assert.equal(chain.tip.work, 4_301n * WORK_AT_LIMIT);
    for (const height of [0, 1, 2_047, 2_048, 3_000, 3_001, 4_096, 4_299, 4_300]) {
      const found = chain.find(nameOf(all[height]));
      assert.equal(found?.height, height);
      assert.deepEqual(found, chain.at(height));
      assert.deepEqual(Buffer.from(found?.octets ?? []), Buffer.from(all[height] ?? []));
      assert.equal(found?.work, BigInt(height + 1) * WORK_AT_LIMIT);
    }
    assert.deepEqual(Buffer.from(chain.octets()), Buffer.concat(all.slice(1)));
    assert.deepEqual(
      [chain.at(4_301), chain.at(-1), chain.find(nameOf(trunk[3_500]))],
      [undefined, undefined, undefined],
    );
    assert.deepEqual(
      Buffer.from(before?.octets ?? []),
      Buffer.from(trunk[4_099] ?? []),
      'what was given stays as it was',
    );
    assert.equal(chain.add(trunk, NOW), 0);
    chain.add(onSchedule(last(trunk), 200, 3), NOW);
    assert.equal(chain.tip.height, 4_400);
    assert.deepEqual(chain.find(nameOf(trunk[4_199])), chain.at(4_200));
  });

  it('refuses a checkpoint that is not what it says (MDT-CHN-107)', async () => {
    const other = '00'.repeat(32);
    for (const change of [{ hash: other }, { height: 2 }])
      await refuses(() => new HeaderChain(parameters, { ...checkpoint, ...change }), 'MDT_WRONG_CHAIN', '/checkpoint');
    await refuses(() => new HeaderChain({ ...parameters, genesis: other }, checkpoint), 'MDT_WRONG_CHAIN');
    // At another height than 0 its hash is not the genesis: the reader chose it.
    assert.equal(new HeaderChain({ ...parameters, genesis: other }, { ...checkpoint, height: 4 }).tip.height, 4);
    await refuses(() => new HeaderChain({ ...parameters, pow_limit_bits: '1f00ffff' }, checkpoint), 'MDT_BITS');
  });
});
