import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { hexToBytes } from '@noble/hashes/utils.js';
import type { BirthRecord, LineageProof } from '../gen/schemas.ts';
import { refuses } from './expect-error.ts';
import { anchoredRecord, flipped, lineageOfTwo } from './fixtures/anchored-record.ts';
import { verifyLineageProof } from './lineage-proof.ts';

const { birth_record: record, sha256 } = anchoredRecord();
const digest = hexToBytes(sha256);
const two = lineageOfTwo();
const [birth] = two.transactions;
const status = two.transactions.at(1) ?? '';
const [birthProof, statusProof] = two.proofs;

/** Verifies with some members of the lineage, and of the record, changed. */
function verify(lineage: Partial<LineageProof>, changed: Partial<BirthRecord> = {}): unknown {
  return verifyLineageProof({ ...record, ...changed }, digest, { ...two, ...lineage }, '/lineage');
}

describe('verifyLineageProof', () => {
  it('takes the two links that bitcoind mined, and names the tip', () => {
    assert.deepEqual(verifyLineageProof(record, digest, two), { tip: statusProof?.locator.txid, links: 2 });
  });

  it('takes the BIRTH alone', () => {
    const { lineage, anchor } = anchoredRecord();
    assert.deepEqual(verifyLineageProof(record, digest, lineage), { tip: anchor.locator.txid, links: 1 });
  });

  it('refuses a BIRTH that spends another outpoint than the record names (MDT-LIN-101)', async () => {
    const other = { ...record.lineage, vout: record.lineage.vout + 1 };
    await refuses(() => verify({}, { lineage: other }), 'MDT_LINEAGE_OUTPOINT', '/lineage/transactions/0');
  });

  it('refuses a first anchor that is no BIRTH', async () => {
    const outpoint = { txid: birthProof?.locator.txid ?? '', vout: 1 };
    await refuses(
      () => verify({ transactions: [status] }, { lineage: outpoint }),
      'MDT_PAYLOAD_KIND',
      '/lineage/transactions/0',
    );
  });

  it('refuses a BIRTH of another role or digest', async () => {
    await refuses(() => verify({}, { role: 'idp' }), 'MDT_PAYLOAD_ROLE', '/lineage/transactions/0');
    await refuses(
      () => verifyLineageProof(record, new Uint8Array(32), two, '/lineage'),
      'MDT_DIGEST',
      '/lineage/transactions/0',
    );
  });

  it('refuses a continuation to another key (MDT-LIN-103)', async () => {
    const keys = { ...record.keys, anchor: record.keys.status };
    await refuses(() => verify({}, { keys }), 'MDT_LINEAGE_CONTINUATION', '/lineage/transactions/0');
  });

  it('refuses links that do not spend one another (MDT-LIN-106)', async () => {
    const inputTxid = 2 * (4 + 1); // after version and count
    const spendsAnother = flipped(status, inputTxid);
    const spendsOtherOutput = flipped(status, inputTxid + 2 * 32);
    for (const link of [spendsAnother, spendsOtherOutput, birth]) {
      await refuses(() => verify({ transactions: [birth, link] }), 'MDT_LINEAGE_BROKEN', '/lineage/transactions/1');
    }
  });

  it('refuses a later anchor of another entity', async () => {
    const entityAt = status.indexOf(sha256);
    assert.ok(entityAt > 0);
    await refuses(
      () => verify({ transactions: [birth, flipped(status, entityAt)] }),
      'MDT_LINEAGE_BROKEN',
      '/lineage/transactions/1',
    );
  });

  it('refuses a transaction with its witness where none belongs', async () => {
    const transactions: LineageProof['transactions'] = [birthProof?.proof.transaction ?? ''];
    await refuses(() => verify({ transactions }), 'MDT_MALFORMED_TX', '/lineage/transactions/0');
  });

  it('refuses a lineage without a proof of the BIRTH', async () => {
    await refuses(
      () => verify({ proofs: statusProof ? [statusProof] : [] } as Partial<LineageProof>),
      'MDT_SCHEMA',
      '/lineage/proofs',
    );
  });

  it('refuses a proof of another transaction than its link', async () => {
    const { proofs } = lineageOfTwo();
    for (const proof of proofs) proof.link = 0;
    await refuses(() => verify({ proofs }), 'MDT_LINEAGE_BROKEN', '/lineage/proofs/1');
  });

  it('refuses a wrong prevout_value: the chain signature covers it (MDT-LIN-105)', async () => {
    const { proofs } = lineageOfTwo();
    for (const { proof } of proofs) proof.prevout_value += 1;

    await refuses(() => verify({ proofs }), 'MDT_CHAIN_SIGNATURE', '/lineage/proofs/0/proof/transaction');
  });
});
