/** For tests: what an entity may rely on, whoever answers it for Bitcoin. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { signAnchor, type SignedAnchor, type SpendableCoin } from '../chain/anchor-builder.ts';
import type { ChainBackend, WalletCoin } from '../chain/chain-backend.ts';
import { LineageWallet } from '../chain/lineage-wallet.ts';
import { isFeeRefusal, isRefusal, RPC_TRANSACTION_ERROR, RpcRefusal } from '../chain/rpc-refusal.ts';
import { verifyAnchorProof } from '../core/anchor-proof.ts';
import { refuses } from '../core/expect-error.ts';
import { hash256 } from '../core/block-header.ts';
import { hexToBytes } from '@noble/hashes/utils.js';
import { printHash } from '../core/hex.ts';
import { encodePayload } from '../core/payload.ts';

/** A chain that a test can do as it likes with, and what is seen of it. */
export interface World {
  readonly backend: ChainBackend;
  /** Mines blocks, with what waits in the first, and lets everybody see them. */
  mine(count: number): Promise<void>;
  /** Takes blocks away and mines one more that is empty, however many it took. */
  replace(count: number): Promise<void>;
  /** Pays to a key, and mines that. */
  pay(publicKey: Uint8Array, value: number): Promise<void>;
  stop(): Promise<void>;
}

const VALUE = 100_000;

/** A key of its own, paid once, and its wallet. */
class Purse {
  readonly secret: Uint8Array = secp256k1.utils.randomSecretKey();
  readonly publicKey: Uint8Array = secp256k1.getPublicKey(this.secret, true);
  readonly world: World;
  readonly wallet: LineageWallet;

  private constructor(world: World) {
    this.world = world;
    this.wallet = new LineageWallet(world.backend, this.publicKey);
  }

  static async open(world: World): Promise<Purse & { readonly coin: WalletCoin }> {
    const purse = new Purse(world);
    await purse.wallet.watch(false);
    await world.pay(purse.publicKey, VALUE);
    const [coin] = await purse.wallet.coins();
    assert.ok(coin);
    return Object.assign(purse, { coin });
  }

  sign(coin: SpendableCoin, feeSatVb = 2): SignedAnchor {
    const payload = encodePayload({ kind: 'STATUS', digest: randomBytes(32), entityId: new Uint8Array(32) });
    return signAnchor({ coins: [coin], payload, continuationKey: this.publicKey, feeSatVb }, this.secret);
  }
}

/** Says of a backend what all of them have to do. */
export function keepsTheContract(name: string, start: () => Promise<World>): void {
  describe(`${name}, as an entity sees it`, () => {
    let world: World;
    before(async () => {
      world = await start();
    });
    after(async () => world.stop());

    it('gives tip, blocks and headers that agree with one another', async () => {
      const { backend } = world;
      const tip = await backend.tip();
      assert.equal(await backend.bestBlockHash(), tip.hash);
      assert.equal(await backend.blockHash(tip.height), tip.hash);
      const low = await backend.blockHash(tip.height - 6);
      const info = await backend.blockInfo(low);
      assert.deepEqual([info.hash, info.height, info.confirmations], [low, tip.height - 6, 7]);
      assert.ok(info.medianTime < (await backend.blockInfo(tip.hash)).medianTime);
      for (const hash of [low, tip.hash])
        assert.equal(printHash(hash256(hexToBytes(await backend.headerHex(hash)))), hash);
    });

    it('refuses a height and a hash that no block has', async () => {
      const { backend } = world;
      const { height } = await backend.tip();
      await assert.rejects(backend.blockHash(height + 1), RpcRefusal);
      await assert.rejects(backend.headerHex('11'.repeat(32)), RpcRefusal);
      await assert.rejects(backend.blockInfo('11'.repeat(32)), RpcRefusal);
    });

    it('says what is higher than a height at once', async () => {
      const { backend } = world;
      const { height, hash } = await backend.tip();
      assert.deepEqual(await backend.tipAbove(height - 1, 60_000), { height, hash });
      await world.mine(1);
      assert.equal((await backend.tipAbove(height, 60_000)).height, height + 1);
    });

    it('sees what is paid to a key, and what spends it before and after that is in a block', async () => {
      const { backend } = world;
      const { coin, wallet, ...purse } = await opened();
      assert.deepEqual([coin.value, coin.confirmations], [VALUE, 1]);
      assert.equal(await backend.isUnspent(coin), true);
      const { transaction, txid, continuation, prevoutValue } = purse.sign(coin);
      assert.equal(await wallet.transaction(txid), undefined);
      await backend.broadcast(transaction);
      await backend.broadcast(transaction);
      const unconfirmed = { confirmations: 0, blockHash: undefined, hex: transaction };
      assert.deepEqual(await wallet.transaction(txid), unconfirmed);
      assert.deepEqual(await wallet.coins(), [{ ...continuation, confirmations: 0 }]);
      assert.equal(await backend.isUnspent(coin), true);
      await world.mine(2);
      const blockHash = await backend.blockHash((await backend.tip()).height - 1);
      assert.deepEqual(await wallet.transaction(txid), { confirmations: 2, blockHash, hex: transaction });
      assert.deepEqual(await wallet.coins(), [{ ...continuation, confirmations: 2 }]);
      assert.deepEqual([await backend.isUnspent(coin), await backend.isUnspent(continuation)], [false, true]);
      const anchor = { txid, transaction, prevoutValue, blockHash, confirmations: 2 };
      for (const confirmations of [1, 2]) {
        const { place, proof } = await backend.proveAnchor(anchor, confirmations);
        assert.equal(printHash(verifyAnchorProof(proof, confirmations).hash), txid);
        assert.deepEqual([place.blockHash, place.txIndex, proof.prevout_value], [blockHash, proof.position, VALUE]);
      }
      const wrong = { ...anchor, blockHash: await backend.bestBlockHash() };
      await refuses(() => backend.proveAnchor(wrong, 1), 'MDT_CONFIRMATIONS', 'txid');
    });

    it('says of what lost to another that it is in conflict, and for how long', async () => {
      const { backend } = world;
      const purse = await Purse.open(world);
      const [first, second] = [purse.sign(purse.coin, 2), purse.sign(purse.coin, 5)];
      await backend.broadcast(first.transaction);
      await backend.broadcast(second.transaction);
      assert.deepEqual(await purse.wallet.coins(), [{ ...second.continuation, confirmations: 0 }]);
      await world.mine(2);
      assert.equal((await purse.wallet.transaction(second.txid))?.confirmations, 2);
      assert.equal((await purse.wallet.transaction(first.txid))?.confirmations, -2);
    });

    it('refuses what pays too little, and what spends what is not there, and says which', async () => {
      const { backend } = world;
      const { coin, sign } = await opened();
      await assert.rejects(backend.broadcast(sign(coin, 0).transaction), isFeeRefusal);
      const nowhere = sign({ ...coin, txid: '11'.repeat(32) });
      await assert.rejects(backend.broadcast(nowhere.transaction), (error) => isRefusal(error, RPC_TRANSACTION_ERROR));
      const { minimum, increment } = await backend.feeRates(6);
      assert.ok(minimum > 0 && increment > 0);
    });

    it('takes back what a reorganisation took', async () => {
      const { backend } = world;
      const { coin, wallet, ...purse } = await opened();
      await world.mine(1);
      const { transaction, txid, continuation } = purse.sign(coin);
      await backend.broadcast(transaction);
      await world.mine(1);
      const before = await backend.tip();
      assert.equal((await wallet.transaction(txid))?.confirmations, 1);
      await world.replace(1);
      assert.equal((await backend.tip()).height, before.height + 1);
      assert.equal((await wallet.transaction(txid))?.confirmations, 0);
      assert.deepEqual(await wallet.coins(), [{ ...continuation, confirmations: 0 }]);
      await world.mine(1);
      assert.equal((await wallet.transaction(txid))?.confirmations, 1);
    });

    async function opened(): Promise<Pick<Purse, 'wallet' | 'sign'> & { readonly coin: WalletCoin }> {
      const purse = await Purse.open(world);
      return { wallet: purse.wallet, coin: purse.coin, sign: (coin, fee) => purse.sign(coin, fee) };
    }
  });
}
