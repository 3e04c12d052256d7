import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { HostedRetirement, Retirement } from '../gen/schemas.ts';
import { documentDigest } from './canonical.ts';
import { signDigest } from './document-signature.ts';
import { refuses } from './expect-error.ts';
import { flipped } from './fixtures/anchored-record.ts';
import { GrownLineage } from './fixtures/grown-lineage.ts';
import { bytesToHex } from './hex.ts';
import { verifyHostedRecord } from './hosted-record.ts';

const octets = (hosted: unknown): Uint8Array => Buffer.from(JSON.stringify(hosted));

function retired(changes: Partial<Retirement> = {}): GrownLineage {
  const lineage = new GrownLineage('retirement');
  lineage.succeed();
  lineage.retire(changes);
  return lineage;
}

const lineage = retired();
const hosted = lineage.hosted();
const shown = hosted.retirement ?? assert.fail('no retirement');
const withRetirement = (retirement: HostedRetirement): Uint8Array => octets({ ...hosted, retirement });

describe('a retirement', () => {
  it('is taken beside the RETIRE that anchors it, and a RETIRE without it is, too', () => {
    assert.equal(verifyHostedRecord(octets(hosted)).links, 3);
    const { retirement: _, ...without } = hosted;
    assert.equal(verifyHostedRecord(octets(without)).links, 3);
  });

  it('is refused where its digest is not stated or not anchored (MDT-DOC-112)', async () => {
    const otherReason = { ...shown, retirement: { ...shown.retirement, reason: 'another' } };
    await refuses(() => verifyHostedRecord(withRetirement(otherReason)), 'MDT_DIGEST', '/retirement/sha256');
    const digest = documentDigest(otherReason.retirement);
    const signature = bytesToHex(signDigest('milagro-retire', digest, lineage.secret(1)));
    const signed = { ...otherReason, sha256: bytesToHex(digest), signature };
    await refuses(() => verifyHostedRecord(withRetirement(signed)), 'MDT_DIGEST', '/retirement/sha256');
  });

  it('is refused where the key in force has not signed it (MDT-DOC-113)', async () => {
    const field = '/retirement/signature';
    const digest = documentDigest(shown.retirement);
    const flippedOne = flipped(shown.signature, -1);
    const byTheKeyBefore = bytesToHex(signDigest('milagro-retire', digest, lineage.secret(0)));
    const underAnotherTag = bytesToHex(signDigest('milagro-birth-record', digest, lineage.secret(1)));
    for (const signature of [flippedOne, byTheKeyBefore, underAnotherTag])
      await refuses(() => verifyHostedRecord(withRetirement({ ...shown, signature })), 'MDT_SIGNATURE', field);
  });

  it('is refused where it names another entity (MDT-RET-101)', async () => {
    const other = retired({ entity_id: '00'.repeat(32) }).hosted();
    await refuses(() => verifyHostedRecord(octets(other)), 'MDT_RETIREMENT', '/retirement/retirement/entity_id');
  });

  it('is refused where the lineage has no RETIRE (MDT-RET-101)', async () => {
    const living = new GrownLineage('retirement');
    living.succeed();
    const changed = { ...living.hosted(), retirement: shown };
    await refuses(() => verifyHostedRecord(octets(changed)), 'MDT_RETIREMENT', '/retirement');
  });
});
