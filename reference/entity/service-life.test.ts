import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import { signAnchor } from '../chain/anchor-builder.ts';
import { SimulatedNode } from '../chain/simulated-node.ts';
import { canonicalOctets } from '../core/canonical.ts';
import { refuses } from '../core/expect-error.ts';
import { validate } from '../core/schema.ts';
import { parseTransaction } from '../core/transaction.ts';
import { GetAnchorProofResponse, GetBirthRecordResponse } from '../gen/proto/milagro/trust/v1/identity.ts';
import type { HostedRecord } from '../gen/schemas.ts';
import { fund, testSecrets } from './test-parts.ts';

import { anchorPublicKey } from './secrets.ts';
import { born, grpcCall, IMPORTED, nameOf, RECORD, start, stopAll, type Started } from './test-service.ts';

afterEach(stopAll);

describe('a D-TA that changes and ends', () => {
  it('declares a successor and its end, says `ready` for the successor, and answers the same over gRPC', async () => {
    const { get, node, service, lines, until, configuration } = await born();
    const first = (await (await get(RECORD)).json()) as HostedRecord;
    lines.length = 0;
    await service.successor();
    await refuses(async () => service.successor(), 'MDT_PENDING');
    await until('ready', node);
    const second = validate('hosted-record', await (await get(RECORD)).json());
    assert.deepEqual(lines, [{ event: 'ready', entity_id: first.sha256 }]);
    assert.equal(second.birth_record.entity_id, first.sha256);
    await service.retire('sold');
    await refuses(async () => service.retire(), 'MDT_RETIRED');
    const last = await retiredRecord(get, node);
    const call = async (method: string): Promise<Buffer> => grpcCall(configuration.listen.grpc, method);
    const record = GetBirthRecordResponse.decode(await call('GetBirthRecord'));
    assert.deepEqual(Uint8Array.from(record.birthRecord), canonicalOctets(last.birth_record));
    assert.equal(record.previousSignature.toString('hex'), last.previous_signature);
    const [predecessor] = record.predecessors;
    assert.deepEqual(Uint8Array.from(predecessor?.birthRecord ?? []), canonicalOctets(first.birth_record));
    assert.deepEqual(
      [predecessor?.signature.toString('hex'), predecessor?.previousSignature.length],
      [first.signature, 0],
    );
    assert.deepEqual(
      Uint8Array.from(record.retirement?.retirement ?? []),
      canonicalOctets(last.retirement?.retirement),
    );
    assert.deepEqual(
      [record.retirement?.sha256.toString('hex'), record.retirement?.signature.toString('hex')],
      [last.retirement?.sha256, last.retirement?.signature],
    );
    const { locator } = GetAnchorProofResponse.decode(await call('GetAnchorProof'));
    assert.equal(locator?.txid.toString('hex'), last.anchor.locator.txid);
  });

  it('asks for coin that a successor lacks while its record stays served, and is ready again after (MDT-LIN-022)', async () => {
    const first = await born();
    await first.service.stop();
    const { listen, public: addresses, data_dir, chain } = first.configuration;
    const costly = { ...chain, fee_sat_vb: 1_000 };
    const second = await start(first.node, { listen, public: addresses, data_dir, chain: costly });
    await second.until('ready');
    second.lines.length = 0;
    await second.service.successor();
    assert.deepEqual(second.lines.map(nameOf), ['funding', 'MDT_UNFUNDED']);
    const [funding] = second.lines as { min_sat: number; address: string }[];
    assert.equal((await second.get(RECORD)).status, 200);
    const health = (await (await second.get('/milagro/v1/health')).json()) as { waiting: string; ready: boolean };
    assert.deepEqual([health.ready, health.waiting], [true, 'MDT_UNFUNDED']);
    await second.service.stop();
    const third = await start(first.node, { listen, public: addresses, data_dir, chain: costly });
    await third.until('MDT_UNFUNDED');
    assert.deepEqual(third.lines.map(nameOf), ['listening', 'ready', 'funding', 'MDT_UNFUNDED']); // MDT-TGT-005
    fund(first.node, { ...testSecrets(), ...IMPORTED }, funding?.min_sat);
    await third.until('MDT_CONFIRMATIONS', first.node);
    third.lines.length = 0;
    await third.until('ready', first.node);
    const hosted = (await (await third.get(RECORD)).json()) as HostedRecord;
    assert.equal(hosted.predecessors?.length, 1);
  });

  it('shows the record before again where a reorganisation takes the SUCCESSOR, and the successor once it is back', async () => {
    const { get, node, service, lines, until } = await born();
    await service.successor();
    lines.length = 0;
    await until('ready', node);
    const before = (await (await get(RECORD)).json()) as HostedRecord;
    lines.length = 0;
    node.disconnect(node.height - before.anchor.locator.height + 1);
    await until('ready');
    assert.equal(((await (await get(RECORD)).json()) as HostedRecord).predecessors, undefined);
    lines.length = 0;
    await until('ready', node);
    const again = (await (await get(RECORD)).json()) as HostedRecord;
    assert.equal(again.sha256, before.sha256);
    assert.notEqual(again.anchor.locator.block_hash, before.anchor.locator.block_hash);
  });

  it('lives on as its successor in its next life, started with the keys of its first (MDT-TGT-005)', async () => {
    const first = await born();
    await first.service.successor();
    first.lines.length = 0;
    await first.until('ready', first.node);
    const before = await (await first.get(RECORD)).text();
    await first.service.stop();
    const { listen, public: addresses, data_dir } = first.configuration;
    const second = await start(first.node, { listen, public: addresses, data_dir });
    await second.until('ready');
    assert.equal(await (await second.get(RECORD)).text(), before);
  });

  it('says that its lineage is broken where a thief of its key spent it, and serves what is proven (MDT_LINEAGE_BROKEN)', async () => {
    const { get, node, lines, until } = await born();
    const before = (await (await get(RECORD)).json()) as HostedRecord;
    const { txid } = before.anchor.locator;
    const [birth] = node.broadcasts;
    const value = Number(parseTransaction(hexToBytes(birth ?? ''), '').outs[1]?.value);
    const theft = signAnchor(
      {
        coins: [{ txid, vout: 1, value }],
        payload: Uint8Array.of(1, 2, 3),
        continuationKey: anchorPublicKey(IMPORTED),
        feeSatVb: 50,
      },
      hexToBytes(IMPORTED.anchor),
    );
    lines.length = 0;
    node.mineWith([theft.transaction]);
    await until('MDT_LINEAGE_BROKEN');
    assert.equal(((await (await get(RECORD)).json()) as HostedRecord).sha256, before.sha256);
    const health = (await (await get('/milagro/v1/health')).json()) as { status: string; waiting: string };
    assert.deepEqual([health.status, health.waiting], ['degraded', 'MDT_LINEAGE_BROKEN']);
  });

  it('declares nothing before its birth', async () => {
    const { service, until } = await start(new SimulatedNode(20));
    await until('MDT_UNFUNDED');
    await refuses(async () => service.successor(), 'MDT_NOT_READY');
    await refuses(async () => service.retire(), 'MDT_NOT_READY');
  });
}).timeout(20_000);

async function mineSlowly(node: SimulatedNode): Promise<void> {
  node.mine(1);
  await new Promise((resolve) => setTimeout(resolve, 150));
}

/** Mines until the record shows its retirement. */
async function retiredRecord(get: Started['get'], node: SimulatedNode): Promise<HostedRecord> {
  for (let turn = 0; turn < 20; turn += 1) {
    await mineSlowly(node);
    const hosted = validate('hosted-record', await (await get(RECORD)).json());
    if (hosted.retirement) return hosted;
  }
  return assert.fail('not retired');
}
