import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { signAnchor, type SignedAnchor, type SpendableCoin } from '../chain/anchor-builder.ts';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { refuses } from '../core/expect-error.ts';
import { encodePayload, type Payload } from '../core/payload.ts';
import { temporaryFolder } from '../runtime/temporary-folder.ts';
import { AnchorIndex } from './anchor-index.ts';

const secret = new Uint8Array(32).fill(5);
const key = secp256k1.getPublicKey(secret, true);
const digestOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);
const entityId = digestOf(1);
const birthOf = (digest: Uint8Array): Payload => ({ kind: 'BIRTH', role: 'dta', digest, hostHint: '' });
const statusOf = (digest: number, entity = entityId): Payload => ({
  kind: 'STATUS',
  digest: digestOf(digest),
  entityId: entity,
});

class Scene {
  readonly node = new SimulatedNode(10);
  readonly path: string = join(temporaryFolder(), 'anchors.sqlite');
  index: AnchorIndex = this.#open();

  /** As after kill -9. */
  restart(): void {
    this.index.store.close();
    this.index = this.#open();
  }

  coin(value = 100_000): SpendableCoin {
    return { txid: this.node.pay(key, value), vout: 0, value };
  }

  async anchor(payload: Payload, ...coins: [SpendableCoin, ...SpendableCoin[]]): Promise<SignedAnchor> {
    const plan = { coins, payload: encodePayload(payload), continuationKey: key, feeSatVb: 2 };
    const signed = signAnchor(plan, secret);
    await this.node.broadcast(signed.transaction);
    return signed;
  }

  async mine(count = 1): Promise<void> {
    this.node.mine(count);
    await this.read();
  }

  async read(): Promise<void> {
    await this.index.advance(this.node, await this.node.tip());
  }

  /** Transaction IDs and lineages of all anchors that match, in order. */
  found(entity?: Uint8Array): [string, string | undefined][] {
    const query = { ...(entity && { entity }), kinds: [], after: 0, toHeight: 1_000, limit: 1_000 };
    return this.index.store.find(query).map(({ txid, birth }) => [txid.toString('hex'), birth?.toString('hex')]);
  }

  #open(): AnchorIndex {
    return new AnchorIndex(this.path, { height: 0, hash: this.node.genesis });
  }
}

/** A lineage of BIRTH and STATUS, mined. */
async function lineage(): Promise<{ scene: Scene; birth: SignedAnchor; status: SignedAnchor }> {
  const scene = new Scene();
  const birth = await scene.anchor(birthOf(entityId), scene.coin());
  await scene.mine();
  const status = await scene.anchor(statusOf(2), birth.continuation);
  await scene.mine();
  return { scene, birth, status };
}

describe('AnchorIndex', () => {
  it('counts as members what spends the member before and names the entity, and nothing else (MDT-RLY-008)', async () => {
    const { scene, birth, status } = await lineage();
    const stray = await scene.anchor(statusOf(3), scene.coin());
    await scene.mine();
    const members = [birth, status].map(({ txid }) => [txid, birth.txid]);
    assert.deepEqual(scene.found(entityId), members);
    assert.deepEqual(scene.found(), [...members, [stray.txid, undefined]]);
  });

  it('ends a lineage where something else spends its end', async () => {
    for (const end of ['of another entity', 'as a further input', 'a BIRTH', 'a batch'] as const) {
      const { scene, birth, status } = await lineage();
      const spending = {
        'of another entity': async () => scene.anchor(statusOf(3, digestOf(9)), status.continuation),
        'as a further input': async () => scene.anchor(statusOf(3), scene.coin(), status.continuation),
        'a BIRTH': async () => scene.anchor(birthOf(digestOf(8)), status.continuation),
        'a batch': async () =>
          scene.anchor({ kind: 'PAT_BATCH', root: digestOf(3), leafCount: 1 }, status.continuation),
      };
      const ending = await spending[end]();
      await scene.anchor(statusOf(4), ending.continuation);
      await scene.mine();
      assert.deepEqual(
        scene.found(entityId).map(([txid]) => txid),
        [birth.txid, status.txid],
        end,
      );
    }
  });

  it('tells lineages of one digest apart by their BIRTH (MDT-RLY-009)', async () => {
    const { scene, birth, status } = await lineage();
    const other = await scene.anchor(birthOf(entityId), scene.coin());
    const upon = await scene.anchor(statusOf(5), other.continuation);
    await scene.mine();
    assert.deepEqual(scene.found(entityId), [
      ...[birth, status].map(({ txid }) => [txid, birth.txid]),
      ...[other, upon].map(({ txid }) => [txid, other.txid]),
    ]);
    assert.equal(scene.index.store.members(Buffer.from(other.txid, 'hex')).length, 2);
  });

  it('forgets what a reorganisation takes away, and knows the end of a lineage that is open again', async () => {
    const { scene, birth, status } = await lineage();
    scene.node.disconnect(1, true);
    await scene.read();
    assert.deepEqual(scene.found(), [[birth.txid, birth.txid]]);
    assert.equal(scene.index.store.knownPlace(Buffer.from(status.txid, 'hex')), null, 'it was seen and is in no block');
    const another = await scene.anchor(statusOf(6), birth.continuation);
    await scene.mine(3);
    assert.deepEqual(scene.found(), [
      [birth.txid, birth.txid],
      [another.txid, birth.txid],
    ]);
  });

  it('goes from one branch to a longer one, and to a shorter one', async () => {
    const { scene, birth } = await lineage();
    for (const [away, back] of [
      [2, 5],
      [4, 2],
      [3, 3],
    ] as const) {
      scene.node.disconnect(away);
      scene.node.mine(back);
      await scene.read();
      const { tip } = scene.index;
      assert.deepEqual([tip.height, tip.hash.toString('hex')], [scene.node.height, await scene.node.bestBlockHash()]);
      assert.equal(scene.index.store.anchor(Buffer.from(birth.txid, 'hex'))?.birth?.toString('hex'), birth.txid);
    }
    const hashes = await Promise.all([5, 8, scene.node.height].map(async (height) => scene.node.blockHash(height)));
    for (const hash of hashes) assert.ok(scene.index.store.heightOfBlock(Buffer.from(hash, 'hex')) !== undefined);
  });

  it('goes on where it was when it was killed, also over a reorganisation meanwhile', async () => {
    const { scene, birth, status } = await lineage();
    scene.restart();
    await refuses(() => scene.index.tip, 'MDT_NOT_READY');
    scene.node.disconnect(1);
    scene.node.mine(2);
    scene.node.calls.length = 0;
    await scene.read();
    assert.equal(scene.node.calls.filter((name) => name === 'rawBlock').length, 2);
    assert.deepEqual(
      scene.found(entityId),
      [birth, status].map(({ txid }) => [txid, birth.txid]),
    );
  });

  it('is as it was where the node fails in the middle', async () => {
    const { scene } = await lineage();
    const before = scene.index.tip;
    scene.node.mine(3);
    scene.node.onCall = (name) => {
      if (name === 'rawBlock') throw outage();
    };
    await refuses(async () => scene.read(), 'MDT_CHAIN_UNAVAILABLE');
    assert.deepEqual(scene.index.tip, before);
    scene.node.onCall = () => undefined;
    await scene.read();
    assert.equal(scene.index.tip.height, before.height + 3);
  });

  it('reads anchors as readers do: nothing experimental, and nothing beside a second OP_RETURN (MDT-RLY-007)', async () => {
    const scene = new Scene();
    const good = await scene.anchor({ kind: 'PAT_SIGNATURE', signature: new Uint8Array(64) }, scene.coin());
    const marker = '4d696c6167726f20442d544101';
    for (const outputs of [`6a0e${marker}80`, `6a0e${marker}06`, `6a4c0e${marker}10`])
      scene.node.mempool.put(raw([outputs]));
    const payload = Buffer.from(encodePayload({ kind: 'PAT_BATCH', root: digestOf(1), leafCount: 1 })).toString('hex');
    scene.node.mempool.put(raw([`6a32${payload}`, '6a0100']));
    const alone = raw(['51', `6a32${payload}`]);
    scene.node.mempool.put(alone);
    await scene.mine();
    const query = { kinds: [], after: 0, toHeight: 99, limit: 99 };
    const kinds = scene.index.store.find(query).map(({ kind, vout }) => `${kind} at ${vout}`);
    assert.deepEqual(new Set(kinds), new Set(['16 at 0', '17 at 1']));
    assert.equal(scene.found().length, 2);
    assert.ok(scene.found().some(([txid]) => txid === good.txid));
  });
}).timeout(60_000);

let salt = 0;
/** A transaction out of nothing with outputs of some scripts. */
function raw(scripts: readonly string[]): string {
  salt += 1;
  const outputs = scripts.map(
    (script) => `0000000000000000${(script.length / 2).toString(16).padStart(2, '0')}${script}`,
  );
  const input = `${salt.toString(16).padStart(2, '0').repeat(32)}0000000000ffffffff`;
  return `0200000001${input}${scripts.length.toString(16).padStart(2, '0')}${outputs.join('')}00000000`;
}
