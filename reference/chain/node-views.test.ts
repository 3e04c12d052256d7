import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { verifyAnchorProof } from '../core/anchor-proof.ts';
import { refuses } from '../core/expect-error.ts';
import { encodePayload } from '../core/payload.ts';
import { signAnchor } from './anchor-builder.ts';
import { BlockWatcher } from './block-watcher.ts';
import { guardedTip } from './chain-guard.ts';
import { LineageWallet } from './lineage-wallet.ts';
import type { ConfirmedAnchor } from './chain-backend.ts';
import { RPC_WALLET_NOT_FOUND, RpcRefusal } from './rpc-refusal.ts';
import { outage, SimulatedNode } from './simulated-node.ts';

const secret = new Uint8Array(32).fill(6);
const key = secp256k1.getPublicKey(secret, true);

describe('guardedTip', () => {
  const node = new SimulatedNode(20);
  const expected = { genesis: node.genesis, checkpoint: { height: 0, hash: node.genesis } };

  it('gives the tip of a node on our chain', async () => {
    assert.equal((await guardedTip(node, expected)).height, 20);
  });

  it('refuses another genesis and another checkpoint (MDT-CHN-002)', async () => {
    await refuses(
      () => guardedTip(node, { ...expected, genesis: '00'.repeat(32) }),
      'MDT_WRONG_CHAIN',
      'chain.genesis',
    );
    const checkpoint = { height: 10, hash: '00'.repeat(32) };
    await refuses(() => guardedTip(node, { ...expected, checkpoint }), 'MDT_WRONG_CHAIN', 'chain.checkpoint');
  });

  it('does not ask for a checkpoint that the node has not reached yet', async () => {
    await guardedTip(node, { ...expected, checkpoint: { height: 2016, hash: '00'.repeat(32) } });
  });

  it('asks a node whose chain has grown by a block for the header of that block, and for nothing else', async () => {
    const grown = new SimulatedNode(20);
    const ours = { genesis: grown.genesis, checkpoint: { height: 0, hash: grown.genesis } };
    const memory = {};
    await guardedTip(grown, ours, memory);
    assert.deepEqual(grown.calls.splice(0), ['blockHash', 'tip', 'headerHex']);
    grown.mine(1);
    const best = await grown.bestBlockHash();
    grown.calls.length = 0;
    const tip = await guardedTip(grown, ours, memory, best);
    assert.deepEqual([tip.hash, tip.height], [best, 21]);
    assert.deepEqual(grown.calls.splice(0), ['headerHex']);
    await guardedTip(grown, ours, memory, best);
    assert.deepEqual(grown.calls, ['headerHex']);
  });

  it('looks at block 0 again where the tip is not upon the last one, and at every header (MDT-CHN-001, -002)', async () => {
    for (const change of [(node: SimulatedNode) => node.disconnect(1), (node: SimulatedNode) => node.mine(1)]) {
      const changing = new SimulatedNode(20);
      const ours = { genesis: changing.genesis, checkpoint: { height: 0, hash: changing.genesis } };
      const memory = {};
      await guardedTip(changing, ours, memory);
      change(changing);
      changing.mine(1);
      const other = { ...ours, genesis: '00'.repeat(32) };
      await refuses(() => guardedTip(changing, other, memory), 'MDT_WRONG_CHAIN', 'chain.genesis');
    }
    const forking = new SimulatedNode(20);
    const ours = { genesis: forking.genesis, checkpoint: { height: 0, hash: forking.genesis } };
    const memory = {};
    await guardedTip(forking, ours, memory);
    const header = forking.headerHex.bind(forking);
    for (const blocks of [0, 1]) {
      forking.mine(blocks);
      forking.headerHex = async (hash) => `${await header(hash)}${'00'.repeat(84)}`;
      await refuses(() => guardedTip(forking, ours, memory), 'MDT_WRONG_CHAIN', 'chain.header_format');
      forking.headerHex = async () => header(forking.genesis);
      await refuses(() => guardedTip(forking, ours, memory), 'MDT_WRONG_CHAIN', 'chain.header_format');
    }
  });

  it('refuses a tip whose header has 164 octets, though genesis and checkpoint agree (MDT-CHN-001)', async () => {
    const forked = new SimulatedNode(20);
    const header = forked.headerHex.bind(forked);
    forked.headerHex = async (hash) => `${await header(hash)}${'00'.repeat(84)}`;
    await refuses(() => guardedTip(forked, expected), 'MDT_WRONG_CHAIN', 'chain.header_format');
  });
});

describe('proveAnchor', () => {
  /** An anchor in a block with `others` payments before it. */
  async function anchored(others: number): Promise<{ node: SimulatedNode; anchor: ConfirmedAnchor }> {
    const node = new SimulatedNode(10);
    const txid = node.pay(key, 100_000);
    node.mine(1);
    const payload = encodePayload({ kind: 'STATUS', digest: new Uint8Array(32), entityId: new Uint8Array(32) });
    const signed = signAnchor(
      { coins: [{ txid, vout: 0, value: 100_000 }], payload, continuationKey: key, feeSatVb: 1 },
      secret,
    );
    for (let each = 0; each < others; each += 1) node.pay(key, 1_000 + each);
    await node.broadcast(signed.transaction);
    node.mine(7);
    const blockHash = await node.blockHash(12);
    return {
      node,
      anchor: {
        txid: signed.txid,
        transaction: signed.transaction,
        prevoutValue: 100_000,
        blockHash,
        confirmations: 7,
      },
    };
  }

  for (const others of [0, 1, 2, 5]) {
    it(`proves an anchor at position ${others + 1} of its block, as the verifier takes it`, async () => {
      const { node, anchor } = await anchored(others);
      for (const confirmations of [1, 2, 6, 7]) {
        const { place, proof } = await node.proveAnchor(anchor, confirmations);
        verifyAnchorProof(proof, confirmations);
        assert.deepEqual(place, {
          txid: anchor.txid,
          vout: 0,
          blockHash: anchor.blockHash,
          height: 12,
          txIndex: others + 1,
          confirmations: 7,
        });
      }
    });
  }

  it('refuses a block that does not hold the anchor', async () => {
    const { node, anchor } = await anchored(0);
    const blockHash = await node.blockHash(3);
    await refuses(() => node.proveAnchor({ ...anchor, blockHash }, 2), 'MDT_CONFIRMATIONS', 'txid');
  });
});

describe('LineageWallet', () => {
  it('opens the wallet again where the node has lost it, and asks once more', async () => {
    const node = new SimulatedNode(1);
    const wallet = new LineageWallet(node, key);
    let lost = true;
    node.onCall = (name) => {
      if (name === 'coins' && lost) {
        lost = false;
        throw new RpcRefusal(RPC_WALLET_NOT_FOUND, 'listunspent', 'Requested wallet does not exist or is not loaded');
      }
    };
    assert.deepEqual(await wallet.coins(), []);
    assert.deepEqual(node.calls, ['coins', 'watch', 'coins']);
  });

  it('passes on every other refusal', async () => {
    const node = new SimulatedNode(1);
    node.onCall = () => {
      throw new RpcRefusal(-1, 'listunspent', 'no');
    };
    await assert.rejects(new LineageWallet(node, key).coins(), { name: 'RpcRefusal', code: -1 });
  });
});

describe('BlockWatcher', () => {
  const QUICK = { waitMs: 1, pollMs: 1 };
  const settled = (promise: Promise<unknown>): Promise<boolean> =>
    Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 30))]);

  it('answers at once the first time, then at a new block', async () => {
    const node = new SimulatedNode(1);
    const stop = new AbortController();
    const watcher = new BlockWatcher(node, QUICK);
    await watcher.change(stop.signal);
    const next = watcher.change(stop.signal);
    assert.equal(await settled(next), false);
    node.mine(1);
    assert.equal(await settled(next), true);
  });

  it('answers when the node stops answering, and when it is told to stop', async () => {
    const node = new SimulatedNode(1);
    const stop = new AbortController();
    const watcher = new BlockWatcher(node, QUICK);
    await watcher.change(stop.signal);
    const waiting = watcher.change(stop.signal);
    assert.equal(await settled(waiting), false);
    node.onCall = () => {
      throw outage();
    };
    assert.equal(await settled(waiting), true);
    node.onCall = () => undefined;
    const again = new BlockWatcher(node, { waitMs: 60_000, pollMs: 60_000 });
    await again.change(stop.signal);
    const stopped = again.change(stop.signal);
    stop.abort();
    assert.equal(await settled(stopped), true);
  });

  it('shows the same block again after a failure', async () => {
    const watcher = new BlockWatcher(new SimulatedNode(1), QUICK);
    const { signal } = new AbortController();
    await watcher.change(signal);
    await watcher.retry(signal);
    assert.equal(await settled(watcher.change(signal)), true);
  });

  it('has the node wait, and is told to stop meanwhile', async () => {
    const node = new SimulatedNode(1);
    const asked: number[][] = [];
    const tip = await node.tip();
    node.tipAbove = async (...parameters: number[]) => {
      asked.push(parameters);
      return asked.length === 1 ? tip : new Promise(() => undefined);
    };
    const stop = new AbortController();
    const watcher = new BlockWatcher(node, { waitMs: 500, pollMs: 1 });
    assert.equal(await watcher.change(stop.signal), tip.hash);
    const waiting = watcher.change(stop.signal);
    assert.equal(await settled(waiting), false);
    assert.deepEqual(asked, [
      [-1, 500],
      [1, 500],
    ]);
    stop.abort();
    assert.equal(await settled(waiting), true);
    assert.equal(node.calls.includes('bestBlockHash'), false);
  });

  it('asks a node that does not know how to wait again and again, and to wait once more after an outage', async () => {
    const node = new SimulatedNode(1);
    const { signal } = new AbortController();
    const watcher = new BlockWatcher(node, QUICK);
    node.onCall = (name) => {
      if (name === 'tipAbove') throw new RpcRefusal(-32601, 'waitforblockheight', 'Method not found');
    };
    await watcher.change(signal);
    const next = watcher.change(signal);
    assert.equal(await settled(next), false);
    node.mine(1);
    assert.equal(await settled(next), true);
    assert.equal(node.calls.filter((name) => name === 'tipAbove').length, 1);
    node.onCall = () => {
      throw outage();
    };
    assert.equal(await watcher.change(signal), undefined);
    node.onCall = () => undefined;
    node.calls.length = 0;
    node.mine(1);
    await watcher.change(signal);
    assert.deepEqual(node.calls, ['tipAbove']);
  });
});
