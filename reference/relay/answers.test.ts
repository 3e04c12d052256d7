import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { MdtError } from '../core/errors.ts';
import { refuses } from '../core/expect-error.ts';
import { p2wpkhScript } from '../core/public-key-script.ts';
import {
  Place,
  RegistrationMode,
  type FindAnchorsRequest,
  type FoundAnchor,
} from '../gen/proto/milagro/trust/v1/relay.ts';
import { COIN_PUBLIC_KEY, EVERY_ANCHOR, TestRelay } from './test-relay.ts';

const { REGISTRATION_MODE_DIRECT: DIRECT } = RegistrationMode;
const SHORT = Buffer.alloc(31);
const HASH = Buffer.alloc(32, 9);
let node: SimulatedNode;
let relay: TestRelay;

async function start(): Promise<void> {
  node = new SimulatedNode(20);
  relay = await TestRelay.start(node);
  await relay.beat();
  node.pay(COIN_PUBLIC_KEY, 1_000_000);
  await relay.beat();
}

/** Anchors, one in each of `count` blocks. */
async function anchored(count: number): Promise<Buffer[]> {
  const txids = [];
  for (let each = 0; each < count; each += 1) {
    const id = await relay.register(`anchor ${each}`, DIRECT);
    await relay.beat();
    node.mine(1);
    await relay.beat();
    txids.push((await relay.call('getRegistration', { registrationId: id })).txid);
  }
  return txids;
}

async function allPages(request: FindAnchorsRequest): Promise<FoundAnchor[][]> {
  const pages = [];
  for (let page = request.page; ;) {
    const { anchors, nextPage } = await relay.call('findAnchors', { ...request, page });
    pages.push(anchors);
    if (nextPage.length === 0) return pages;
    page = nextPage;
  }
}

describe('what a relay answers', () => {
  afterEach(async () => {
    await relay.stop();
    assert.deepEqual(relay.faults, []);
  });

  it('gives all anchors, over as many pages as it takes, in the order of the chain (MDT-RLY-007)', async () => {
    await start();
    const txids = await anchored(5);
    for (const [limit, sizes] of [
      [2, [2, 2, 1]],
      [5, [5]],
      [1, [1, 1, 1, 1, 1]],
      [0, [5]],
    ] as const) {
      const pages = await allPages({ ...EVERY_ANCHOR, limit });
      assert.deepEqual(
        pages.map(({ length }) => length),
        sizes,
      );
      assert.deepEqual(
        pages.flat().map(({ locator }) => locator?.txid),
        txids,
      );
    }
    const [, second, third] = pages(await allPages(EVERY_ANCHOR));
    const range = { ...EVERY_ANCHOR, fromHeight: second!.locator!.height, toHeight: third!.locator!.height };
    assert.deepEqual(pages(await allPages(range)), [second, third]);
    assert.deepEqual(pages(await allPages({ ...EVERY_ANCHOR, kinds: [0x11] })), []);
    assert.deepEqual(pages(await allPages({ ...EVERY_ANCHOR, fromHeight: 1_000 })), []);
  });

  it('takes no page that it did not give to this question (MDT-RLY-034)', async () => {
    await start();
    await anchored(3);
    const { nextPage } = await relay.call('findAnchors', { ...EVERY_ANCHOR, limit: 1 });
    const altered = Buffer.from(nextPage);
    altered[7] = (altered[7] ?? 0) ^ 1;
    for (const page of [Buffer.of(1), altered, nextPage.subarray(1)])
      await relay.refuses('findAnchors', { ...EVERY_ANCHOR, limit: 1, page }, 'MDT_SCHEMA', 'page');
    await relay.refuses('findAnchors', { ...EVERY_ANCHOR, kinds: [0x10], page: nextPage }, 'MDT_SCHEMA', 'page');
    await relay.restart();
    await relay.beat();
    assert.equal((await relay.call('findAnchors', { ...EVERY_ANCHOR, page: nextPage })).anchors.length, 2);
  });

  it('refuses members of a wrong length or range, by their names (MDT-RLY-034)', async () => {
    await start();
    await relay.refuses('findAnchors', { ...EVERY_ANCHOR, entityId: SHORT }, 'MDT_SCHEMA', 'entity_id');
    await relay.refuses('findAnchors', { ...EVERY_ANCHOR, digest: SHORT }, 'MDT_SCHEMA', 'digest');
    await relay.refuses('findAnchors', { ...EVERY_ANCHOR, kinds: [256] }, 'MDT_SCHEMA', 'kinds');
    await relay.refuses('findAnchors', { ...EVERY_ANCHOR, fromHeight: 3, toHeight: 2 }, 'MDT_SCHEMA', 'from_height');
    await relay.refuses(
      'getHeaders',
      { known: Array.from({ length: 65 }, () => HASH), limit: 0, fromHeight: 0 },
      'MDT_SCHEMA',
      'known',
    );
    await relay.refuses('getHeaders', { known: [SHORT], limit: 0, fromHeight: 0 }, 'MDT_SCHEMA', 'known');
    await relay.refuses('getTransactionStatus', { txid: SHORT }, 'MDT_SCHEMA', 'txid');
    await relay.refuses('getAnchorProof', { txid: SHORT, confirmations: 1 }, 'MDT_SCHEMA', 'txid');
    await relay.refuses('getLineageProof', { birthTxid: SHORT, confirmations: 1 }, 'MDT_SCHEMA', 'birth_txid');
    await relay.refuses('listUnspent', { script: Buffer.alloc(0) }, 'MDT_SCHEMA', 'script');
    for (const blocks of [0, 1_009]) await relay.refuses('estimateFee', { blocks }, 'MDT_SCHEMA', 'blocks');
  });

  it('does not know what it does not know (MDT-RLY-013)', async () => {
    await start();
    await relay.refuses('getTransactionStatus', { txid: HASH }, 'MDT_NOT_FOUND', 'txid');
    await relay.refuses('getAnchorProof', { txid: HASH, confirmations: 1 }, 'MDT_NOT_FOUND', 'txid');
    await relay.refuses('getLineageProof', { birthTxid: HASH, confirmations: 1 }, 'MDT_NOT_FOUND', 'birth_txid');
  });

  it('says what it offers (MDT-RLY-002, -003)', async () => {
    await start();
    const terms = await relay.call('getTerms', {});
    assert.equal(terms.genesis.toString('hex'), node.genesis);
    assert.deepEqual([terms.free, terms.modes, terms.indexedFrom, terms.maxResults], [true, [1, 2], 1, 1_000]);
  });

  it('brings a client from the first block that both know to the tip (MDT-RLY-005)', async () => {
    await start();
    const known = [HASH, Buffer.from(await node.blockHash(17), 'hex'), Buffer.from(await node.blockHash(3), 'hex')];
    const { height, headers } = await relay.call('getHeaders', { known, limit: 0, fromHeight: 0 });
    assert.deepEqual([height, headers.length], [18, 3]);
    assert.equal(headers[2]?.toString('hex'), await node.headerHex(await node.blockHash(20)));
    const tip = Buffer.from(await node.bestBlockHash(), 'hex');
    assert.deepEqual(await relay.call('getHeaders', { known: [tip], limit: 0, fromHeight: 0 }), {
      height: 21,
      headers: [],
    });
    const first = await relay.call('getHeaders', { known: [HASH], limit: 2, fromHeight: 0 });
    assert.deepEqual([first.height, first.headers.length], [1, 2]);
  });

  it('says of an anchor that a reorganisation took away that it is in no block (MDT-RLY-012)', async () => {
    await start();
    const [txid = HASH] = await anchored(1);
    assert.equal((await relay.call('getTransactionStatus', { txid })).place, Place.PLACE_CONFIRMED);
    node.disconnect(1, true);
    await relay.beat();
    const status = await relay.call('getTransactionStatus', { txid });
    assert.deepEqual([status.place, status.confirmations, status.locator], [Place.PLACE_UNCONFIRMED, 0, undefined]);
    await relay.refuses('getAnchorProof', { txid, confirmations: 1 }, 'MDT_CONFIRMATIONS', 'txid');
  });

  it('answers nothing old while its node does not answer, and nothing before it is served (MDT-RLY-033)', async () => {
    await start();
    const [txid = HASH] = await anchored(1);
    node.onCall = () => {
      throw outage();
    };
    await relay.refuses('getTip', {}, 'MDT_CHAIN_UNAVAILABLE');
    await relay.refuses('getHeaders', { known: [], limit: 0, fromHeight: 0 }, 'MDT_CHAIN_UNAVAILABLE');
    await relay.refuses('getTransactionStatus', { txid }, 'MDT_CHAIN_UNAVAILABLE');
    await relay.refuses('findAnchors', EVERY_ANCHOR, 'MDT_CHAIN_UNAVAILABLE');
    await relay.refuses('estimateFee', { blocks: 2 }, 'MDT_CHAIN_UNAVAILABLE');
    node.onCall = () => undefined;
    await relay.stop();
    relay = await TestRelay.start(node, {
      served: () => {
        throw new MdtError('MDT_NOT_READY', 'not yet');
      },
    });
    await relay.refuses('getTerms', {}, 'MDT_NOT_READY');
  });

  it('has its node look for outputs once at a time, and lets few wait (MDT-RLY-015)', async () => {
    await start();
    node.mine(1);
    await relay.beat();
    const held = Promise.withResolvers<void>();
    const look = node.unspentOutputs.bind(node);
    let looking = 0;
    node.unspentOutputs = async (script) => {
      looking += 1;
      assert.equal(looking, 1);
      await held.promise;
      looking -= 1;
      return look(script);
    };
    const script = Buffer.from(p2wpkhScript(COIN_PUBLIC_KEY));
    const asked = Array.from({ length: 6 }, async () => relay.call('listUnspent', { script }));
    const refused = (await Promise.race(asked).catch((error: unknown) => error)) as Error;
    assert.match(refused.message, /RESOURCE_EXHAUSTED/);
    held.resolve();
    const settled = await Promise.allSettled(asked);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 4);
  });

  it('does not open what is damaged, and leaves it as it is (MDT-TGT-005)', async () => {
    await start();
    await anchored(1);
    for (const name of ['registrations.sqlite', 'anchors.sqlite']) {
      await relay.stop();
      const path = join(relay.folder, 'relay', name);
      const whole = readFileSync(path);
      for (const head of [0, 4_096]) {
        const damaged = Buffer.concat([whole.subarray(0, head), Buffer.alloc(whole.length - head, 'no database')]);
        writeFileSync(path, damaged);
        await refuses(async () => relay.restart(), 'MDT_STATE', `/data_dir/relay/${name}`);
        assert.ok(readFileSync(path).subarray(head).equals(damaged.subarray(head)));
      }
      relay = await TestRelay.start(node);
      await relay.beat();
    }
  });
}).timeout(60_000);

function pages(found: readonly (readonly FoundAnchor[])[]): FoundAnchor[] {
  return found.flat();
}
