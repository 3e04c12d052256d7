import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { HostedRecord, LinkProof } from '../gen/schemas.ts';
import { refuses } from './expect-error.ts';
import { anchoredRecord } from './fixtures/anchored-record.ts';
import { GrownLineage } from './fixtures/grown-lineage.ts';
import { verifyHostedRecord } from './hosted-record.ts';

const octets = (hosted: unknown): Uint8Array => Buffer.from(JSON.stringify(hosted));

function grown(...steps: readonly ('heartbeat' | 'succeed' | 'retire')[]): GrownLineage {
  const lineage = new GrownLineage('links');
  for (const step of steps) lineage[step]();
  return lineage;
}

/** The envelope of the record before, when the newest links are not deep enough to be proven. */
function before(lineage: GrownLineage, proven: number): HostedRecord {
  const hosted = lineage.hosted();
  const [first] = hosted.predecessors ?? [];
  const { birth_record, signature } = first ?? hosted;
  const proofs = hosted.lineage.proofs.filter(({ link }) => link <= proven) as [LinkProof, ...LinkProof[]];
  const { locator, proof } = hosted.lineage.proofs[0] ?? assert.fail('no proof');
  const sha256 = lineage.entityId;
  return { birth_record, sha256, signature, anchor: { locator, proof }, lineage: { ...hosted.lineage, proofs } };
}

describe('links of a lineage', () => {
  it('may go on after a SUCCESSOR whose record is not shown yet, to the key that it pays', () => {
    const hosted = before(grown('succeed', 'heartbeat'), 0);
    assert.equal(verifyHostedRecord(octets(hosted)).links, 3);
  });

  it('pay one key after such a SUCCESSOR (MDT-LIN-110)', async () => {
    const hosted = before(grown('succeed', 'heartbeat'), 0);
    const [birth, successor = '', heartbeat = ''] = hosted.lineage.transactions;
    const tail = (hex: string): string => hex.slice(-48, -8);
    assert.equal(tail(successor), tail(heartbeat));
    const changed = heartbeat.replace(tail(heartbeat), tail(birth));
    hosted.lineage.transactions = [birth, successor, changed];
    await refuses(() => verifyHostedRecord(octets(hosted)), 'MDT_LINEAGE_CONTINUATION', '/lineage/transactions/2');
  });

  it('are refused where such a SUCCESSOR pays to no key (MDT-LIN-110)', async () => {
    const hosted = before(grown('succeed'), 0);
    const [birth, successor = ''] = hosted.lineage.transactions;
    // OP_0 and a push of 20 octets; OP_1 in its place is another version of witness.
    hosted.lineage.transactions = [birth, successor.replace(/160014(?=[0-9a-f]{40}00000000$)/, '165114')];
    await refuses(() => verifyHostedRecord(octets(hosted)), 'MDT_LINEAGE_CONTINUATION', '/lineage/transactions/1');
  });

  it('are refused where a SUCCESSOR pays to another key than its record names (MDT-LIN-110)', async () => {
    const hosted = grown('succeed').hosted();
    const [birth, successor = ''] = hosted.lineage.transactions;
    hosted.lineage.transactions = [birth, successor.replace(/.{8}(?=00000000$)/, '00000000')];
    await refuses(() => verifyHostedRecord(octets(hosted)), 'MDT_LINEAGE_CONTINUATION', '/lineage/transactions/1');
  });

  it('are refused where a record is left out, or shown before its SUCCESSOR is proven (MDT-LIN-111)', async () => {
    const withheld = before(grown('succeed', 'heartbeat'), 1);
    await refuses(() => verifyHostedRecord(octets(withheld)), 'MDT_SUCCESSOR_MISSING', '/lineage/transactions/1');
    const early = grown('succeed').hosted();
    early.lineage.proofs.length = 1;
    await refuses(() => verifyHostedRecord(octets(early)), 'MDT_SUCCESSOR_MISSING', '/lineage/transactions/1');
    const absent = grown('succeed').hosted();
    absent.lineage.proofs.length = 1;
    absent.lineage.transactions.length = 1;
    await refuses(() => verifyHostedRecord(octets(absent)), 'MDT_SUCCESSOR_MISSING', '/lineage/transactions');
  });

  it('are refused where the SUCCESSOR anchors another digest (MDT-DOC-112)', async () => {
    const hosted = grown('succeed').hosted();
    const [birth, successor = ''] = hosted.lineage.transactions;
    hosted.lineage.transactions = [birth, successor.replace(hosted.sha256, `00${hosted.sha256.slice(2)}`)];
    await refuses(() => verifyHostedRecord(octets(hosted)), 'MDT_DIGEST', '/lineage/transactions/1');
  });

  it('are refused after a RETIRE (MDT-LIN-109)', async () => {
    for (const more of ['heartbeat', 'succeed', 'retire'] as const) {
      const { retirement: _, ...hosted } = grown('retire', more).hosted();
      await refuses(() => verifyHostedRecord(octets(hosted)), 'MDT_LINEAGE_BROKEN', '/lineage/transactions/2');
    }
  });

  it('are refused where the anchor beside the record is not what put it in force', async () => {
    const hosted = grown('succeed', 'heartbeat', 'succeed').hosted();
    const [birth, first] = hosted.lineage.proofs;
    for (const other of [birth, first]) {
      const { locator, proof } = other ?? assert.fail('no proof');
      await assert.rejects(async () => verifyHostedRecord(octets({ ...hosted, anchor: { locator, proof } })), {
        name: 'MdtError',
      });
    }
  });

  it('are refused where a proof names a link that is not there', async () => {
    const hosted = anchoredRecord();
    hosted.lineage.proofs[0].link = 1;
    await refuses(() => verifyHostedRecord(octets(hosted)), 'MDT_LINEAGE_BROKEN', '/lineage/proofs/0/link');
  });
});
