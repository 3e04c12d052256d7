import { afterEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { outage, SimulatedNode } from '../chain/simulated-node.ts';
import { verifyAnchorProof } from '../core/anchor-proof.ts';
import { canonicalOctets, documentDigest } from '../core/canonical.ts';
import { refuses } from '../core/expect-error.ts';
import { bytesToHex } from '../core/hex.ts';
import { verifyLineageProof } from '../core/lineage-proof.ts';
import { validate } from '../core/schema.ts';
import {
  GetAnchorProofResponse,
  GetBirthRecordResponse,
  GetLineageProofResponse,
  GetMetadataResponse,
} from '../gen/proto/milagro/trust/v1/identity.ts';
import type { HostedRecord, LaunchConfiguration } from '../gen/schemas.ts';
import { FUNDS } from './test-parts.ts';

import { born, grpcCall, IMPORTED, nameOf, RECORD, start, stopAll } from './test-service.ts';

afterEach(stopAll);

describe('a D-TA', () => {
  it('listens, asks for coin, says what it waits for, and is ready', async () => {
    const { lines } = await born();
    assert.deepEqual(lines.map(nameOf), ['listening', 'funding', 'MDT_UNFUNDED', 'MDT_CONFIRMATIONS', 'ready']);
  });

  it('hosts a record that a reader verifies, with proof and lineage', async () => {
    const { get, lines } = await born();
    const hosted = validate('hosted-record', await (await get(RECORD)).json());
    const digest = documentDigest(hosted.birth_record);
    assert.equal(bytesToHex(digest), hosted.sha256);
    assert.deepEqual(lines.at(-1), { event: 'ready', entity_id: hosted.sha256 });
    verifyAnchorProof(hosted.anchor.proof, 2);
    assert.equal(verifyLineageProof(hosted.birth_record, digest, hosted.lineage).links, 1);
  });

  it('serves metadata that agrees with its record (MDT-HST-008)', async () => {
    const { get } = await born();
    const hosted = (await (await get(RECORD)).json()) as HostedRecord;
    const metadata = validate('dta-metadata', await (await get('/.well-known/milagro-dta')).json());
    assert.equal(metadata.entity_id, hosted.sha256);
    assert.equal(metadata.milagro_birth_record_signature, hosted.signature);
    assert.deepEqual(metadata.milagro_birth_record_anchor, hosted.anchor.locator);
    assert.equal(metadata.milagro_status_uri, hosted.birth_record.services.status);
  });

  it('answers the same over gRPC as over HTTP (MDT-HST-010 to -012)', async () => {
    const { get, configuration } = await born();
    const hosted = (await (await get(RECORD)).json()) as HostedRecord;
    const call = async (method: string): Promise<Buffer> => grpcCall(configuration.listen.grpc, method);
    const record = GetBirthRecordResponse.decode(await call('GetBirthRecord'));
    assert.deepEqual(Uint8Array.from(record.birthRecord), canonicalOctets(hosted.birth_record));
    assert.deepEqual(
      [record.sha256.toString('hex'), record.signature.toString('hex')],
      [hosted.sha256, hosted.signature],
    );
    const { locator, proof } = GetAnchorProofResponse.decode(await call('GetAnchorProof'));
    assert.equal(locator?.txid.toString('hex'), hosted.anchor.locator.txid);
    assert.equal(proof?.transaction.toString('hex'), hosted.anchor.proof.transaction);
    assert.deepEqual(
      proof?.merkleBranch.map((each) => each.toString('hex')),
      hosted.anchor.proof.merkle_branch,
    );
    const { lineage } = GetLineageProofResponse.decode(await call('GetLineageProof'));
    assert.deepEqual(
      lineage?.transactions.map((each) => each.toString('hex')),
      hosted.lineage.transactions,
    );
    const { metadata } = GetMetadataResponse.decode(await call('GetMetadata'));
    assert.equal(metadata.toString(), await (await get('/.well-known/milagro-dta')).text());
  });

  it('shows nothing before its BIRTH is deep enough (MDT-HST-006)', async () => {
    const { get, until, configuration } = await start(new SimulatedNode(20));
    await until('MDT_UNFUNDED');
    const answer = await get(RECORD);
    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [503, 'MDT_NOT_READY']);
    await assert.rejects(grpcCall(configuration.listen.grpc, 'GetBirthRecord'), { code: 14 });
  });

  it('issues its locator with a txref at 6 confirmations, with another tag (MDT-LOC-002)', async () => {
    const { get, node } = await born();
    const young = await get(RECORD);
    assert.equal(((await young.json()) as HostedRecord).anchor.locator.txref, undefined);
    node.mine(5);
    for (let turn = 0; turn < 40; turn += 1) {
      const now = await get(RECORD);
      const { txref } = ((await now.json()) as HostedRecord).anchor.locator;
      if (txref !== undefined) return assert.notEqual(now.headers.get('etag'), young.headers.get('etag'));
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return assert.fail('no txref');
  });

  it('issues its proof anew when a reorganisation above the BIRTH replaces a header that it carries', async () => {
    const { get, node } = await born();
    const depth = node.height - ((await (await get(RECORD)).json()) as HostedRecord).anchor.locator.height;
    node.disconnect(depth);
    node.mine(depth + 1);
    for (let turn = 0; turn < 40; turn += 1) {
      const hosted = (await (await get(RECORD)).json()) as HostedRecord;
      const active = await node.headerHex(await node.blockHash(hosted.anchor.locator.height + 1));
      if (hosted.anchor.proof.following_headers[0] === active) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.fail('the old header is still shown');
  });

  it('withdraws its record when a reorganisation takes the BIRTH, and shows it at its new place', async () => {
    const { get, node, lines, until } = await born();
    const before = (await (await get(RECORD)).json()) as HostedRecord;
    lines.length = 0;
    node.disconnect(node.height - before.anchor.locator.height + 1);
    await until('MDT_CONFIRMATIONS');
    assert.equal((await get(RECORD)).status, 503);
    await until('ready', node);
    const again = (await (await get(RECORD)).json()) as HostedRecord;
    assert.deepEqual([again.sha256, again.signature], [before.sha256, before.signature]);
    assert.notEqual(again.anchor.locator.block_hash, before.anchor.locator.block_hash);
  });

  it('goes on serving what is proven while the node is away, says so, and is ready again after (MDT-CHN-003)', async () => {
    const { get, node, lines, until } = await born();
    lines.length = 0;
    node.onCall = () => {
      throw outage();
    };
    await until('MDT_CHAIN_UNAVAILABLE');
    assert.equal((await get(RECORD)).status, 200);
    assert.equal(((await (await get('/milagro/v1/health')).json()) as { status: string }).status, 'degraded');
    node.onCall = () => undefined;
    await until('ready');
  });

  it('is ready at once in its next life, with the same record, and anchors nothing (MDT-TGT-005)', async () => {
    const first = await born();
    const before = await (await first.get(RECORD)).text();
    const broadcasts = first.node.broadcasts.length;
    await first.service.stop();
    const { listen, public: addresses, data_dir } = first.configuration;
    const second = await start(first.node, { listen, public: addresses, data_dir });
    await second.until('ready');
    assert.equal(await (await second.get(RECORD)).text(), before);
    assert.equal(first.node.broadcasts.length, broadcasts);
  });

  it('refuses to be started as another than its record says, or with other keys', async () => {
    const first = await born();
    await first.service.stop();
    const { listen, public: addresses, data_dir, policy } = first.configuration;
    const same = { listen, public: addresses, data_dir };
    const other = async (changes: Partial<LaunchConfiguration>): Promise<void> => {
      const started = await start(first.node, { ...same, ...changes });
      try {
        await started.ended;
      } finally {
        await started.service.stop();
      }
    };
    await refuses(() => other({ policy: { ...policy, confirmations: 3 } }), 'MDT_LAUNCH', '/policy');
    await refuses(
      () => other({ public: { ...addresses, issuer: 'http://127.0.0.1:1' } }),
      'MDT_LAUNCH',
      '/public/issuer',
    );
    await refuses(() => other({ import_secrets: { status: '14'.repeat(32) } }), 'MDT_LAUNCH', '/import_secrets/status');
    await refuses(() => other({ passphrase: 'another passphrase' }), 'MDT_STATE', '/passphrase');
  });

  it('uses the keys that it is given to import', async () => {
    const { get } = await born();
    const { keys } = ((await (await get(RECORD)).json()) as HostedRecord).birth_record;
    // The public keys of 11…11, 13…13 and the hash of that of 12…12, by OpenSSL.
    assert.equal(keys.anchor, '034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa');
    assert.equal(keys.status, publicKey(IMPORTED.status));
  });

  it('makes no key from a source of randomness that fails (MDT_ENTROPY)', async () => {
    const started = await start(new SimulatedNode(20), {}, (length) => new Uint8Array(length));
    await refuses(async () => started.ended, 'MDT_ENTROPY', 'entropy');
    let drawn = 0;
    const stuckLater = await start(new SimulatedNode(20), {}, (length) =>
      (drawn += length) > 1_100 ? new Uint8Array(length) : randomBytes(length),
    );
    await refuses(async () => stuckLater.ended, 'MDT_ENTROPY', 'entropy');
  });

  it('tells what it can pay for (health)', async () => {
    const { get } = await born();
    for (let turn = 0; turn < 40; turn += 1) {
      const health = (await (await get('/milagro/v1/health')).json()) as {
        status: string;
        ready: boolean;
        balance_sat?: number;
        anchors_affordable?: number;
      };
      if (health.balance_sat !== undefined) {
        assert.deepEqual([health.status, health.ready], ['ok', true]);
        assert.ok(health.balance_sat < FUNDS && health.balance_sat > FUNDS - 1_000);
        return assert.equal(health.anchors_affordable, 99);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return assert.fail('no balance');
  });
}).timeout(20_000);

function publicKey(secret: string): string {
  const key = createECDH('secp256k1');
  key.setPrivateKey(secret, 'hex');
  return key.getPublicKey('hex', 'compressed');
}
