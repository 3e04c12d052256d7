import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Regtest } from './regtest.ts';
import { startChain, type Chain } from './start.ts';

/** BIP-173's example key hash, on regtest. */
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

interface Decoded {
  vout: { value: number; scriptPubKey: { address?: string } }[];
  vin: { txid: string; vout: number }[];
}

describe("the kit's coin and blocks", function () {
  this.timeout(120_000);
  let chain: Chain;
  let regtest: Regtest;
  const height = (): Promise<number> => chain.rpc.call<number>('getblockcount');
  const read = (txid: string): Promise<Decoded> => chain.rpc.call<Decoded>('getrawtransaction', [txid, 1]);
  before(async () => {
    chain = await startChain();
    regtest = await Regtest.create(chain.rpc);
  });
  after(async () => {
    regtest.stop();
    await chain.stop();
  });

  it('pays exactly what is asked, from a coin of its own for each payment', async () => {
    const txids = await Promise.all(Array.from({ length: 20 }, (_, index) => regtest.pay(ADDRESS, 100_000 + index)));
    const payments = await Promise.all(txids.map(read));
    const paid = payments.map(({ vout }) => vout.find(({ scriptPubKey }) => scriptPubKey.address === ADDRESS)?.value);
    assert.deepEqual(
      paid,
      Array.from({ length: 20 }, (_, index) => (100_000 + index) / 1e8),
    );
    assert.equal(
      new Set(payments.flatMap(({ vin }) => vin.map(({ txid, vout }) => `${txid}:${String(vout)}`))).size,
      20,
    );
    const [block = ''] = await regtest.mine(1);
    assert.equal((await chain.rpc.call<{ tx: string[] }>('getblock', [block])).tx.length, 21);
  });

  it('refuses amounts that no node relays or that are no amounts', async () => {
    for (const sat of [0, 293, -1, 1.5, Number.NaN])
      await assert.rejects(regtest.pay(ADDRESS, sat), RangeError, String(sat));
  });

  it('gives back the coin of a payment that did not go through', async () => {
    await assert.rejects(regtest.pay('not-an-address', 10_000), /Invalid Bitcoin address/);
    await regtest.pay(ADDRESS, 10_000);
  });

  it('never pays from an unconfirmed coin: it says when the confirmed ones are used up, and goes on after a block', async () => {
    let paid = 0;
    const exhausted: unknown = await (async (): Promise<void> => {
      for (; paid < 300; paid++) await regtest.pay(ADDRESS, 10_000);
    })().catch((error: unknown) => error);
    assert.match(String(exhausted), /no confirmed coin of \d+ sat; mine a block/);
    assert.ok(paid >= 150 && paid <= 200, String(paid));
    await regtest.mine(1);
    await regtest.pay(ADDRESS, 10_000);
  });

  it('pays again after a reorganisation took its last blocks away', async () => {
    const [first = ''] = await regtest.mine(2);
    await chain.rpc.call('invalidateblock', [first]);
    await regtest.mine(3);
    const txid = await regtest.pay(ADDRESS, 50_000);
    const [block = ''] = await regtest.mine(1);
    assert.ok((await chain.rpc.call<{ tx: string[] }>('getblock', [block])).tx.includes(txid));
  });

  it('reorganises as deep as it is asked to, and leaves unconfirmed what was confirmed', async () => {
    const txid = await regtest.pay(ADDRESS, 20_000);
    const [first = ''] = await regtest.mine(1);
    await regtest.mine(2);
    const before = await height();
    await regtest.reorganise(3);
    assert.equal(await height(), before);
    const hash = await chain.rpc.call<string>('getblockhash', [before - 2]);
    assert.notEqual(hash, first);
    assert.ok((await chain.rpc.call<string[]>('getrawmempool')).includes(txid));
    await regtest.mine(1);
    assert.ok(!(await chain.rpc.call<string[]>('getrawmempool')).includes(txid));
  });

  it('mines at the interval of the fastest caller, and at the next one once that is released', async () => {
    const slow = regtest.keepMining(60_000);
    const fast = regtest.keepMining(40);
    const began = await height();
    await sleep(600);
    fast();
    await sleep(50); // a block that is under way
    const after = await height();
    assert.ok(after - began >= 8 && after - began <= 16, `${String(after - began)} blocks in 600 ms at 40 ms`);
    await sleep(300);
    assert.equal(await height(), after);
    slow();
  });

  it('stands still while held, for those who mine by time and by number, and goes on when the hold ends', async () => {
    const release = regtest.keepMining(20);
    const began = await height();
    const holding = await regtest.mineAndHold(2);
    const held = await height();
    assert.ok(held >= began + 2);
    const mined = regtest.mine(1); // waits
    await sleep(200);
    assert.equal(await height(), held);
    holding();
    holding(); // a second call counts for nothing
    await mined;
    await sleep(200);
    assert.ok((await height()) > held + 1);
    release();
  });

  it('gives what is done at the beginning of a hold exactly the blocks of the hold, though others mine', async () => {
    const release = regtest.keepMining(5);
    void regtest.mine(5);
    let before = 0;
    const holding = await regtest.mineAndHold(3, async () => {
      before = await height();
      await sleep(100);
    });
    assert.equal(await height(), before + 3);
    holding();
    release();
  });

  it('holds nothing where what was to be done at the beginning fails', async () => {
    await assert.rejects(
      regtest.mineAndHold(1, () => Promise.reject(new Error('no coin'))),
      /no coin/,
    );
    await regtest.mine(1);
  });

  it('makes the same blocks and payments again from the same key and time', async () => {
    const run = async (): Promise<string[]> => {
      const other = await startChain({ mockTime: 1_750_000_000 });
      try {
        const same = await Regtest.create(other.rpc, Buffer.alloc(32, 7));
        const txid = await same.pay(ADDRESS, 100_000);
        return [txid, ...(await same.mine(1))];
      } finally {
        await other.stop();
      }
    };
    assert.deepEqual(await run(), await run());
  });
});
