import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { HostedRecord } from '../gen/schemas.ts';
import { documentDigest } from './canonical.ts';
import { signDigest } from './document-signature.ts';
import type { ErrorCode } from './errors.ts';
import { refuses } from './expect-error.ts';
import { flipped } from './fixtures/anchored-record.ts';
import { GrownLineage, type RecordChanges } from './fixtures/grown-lineage.ts';
import { bytesToHex } from './hex.ts';
import { verifyHostedRecord } from './hosted-record.ts';

const octets = (hosted: unknown): Uint8Array => Buffer.from(JSON.stringify(hosted));

/** An entity that succeeded itself `changes.length` times, with a heartbeat after each. */
function grown(...changes: RecordChanges[]): GrownLineage {
  const lineage = new GrownLineage('succession');
  for (const each of changes) {
    lineage.succeed(each);
    lineage.heartbeat();
  }
  return lineage;
}

const once = grown({ name: 'Second' });
const thrice = grown({ name: 'Second' }, { name: 'Third' }, { name: 'Fourth' });
const hosted = once.hosted();
const predecessor = hosted.predecessors?.[0] ?? assert.fail('no predecessor');

describe('a hosted successor', () => {
  it('is taken with the entity_id of the first record and the digest of its own', () => {
    for (const [lineage, links] of [
      [once, 3],
      [thrice, 7],
    ] as const) {
      const { entityId, digest, ...rest } = verifyHostedRecord(octets(lineage.hosted()));
      assert.deepEqual(
        { entityId, digest, links: rest.links },
        { entityId: lineage.entityId, digest: bytesToHex(documentDigest(lineage.hosted().birth_record)), links },
      );
      assert.notEqual(entityId, digest);
    }
  });

  const disagreements: readonly (readonly [what: string, changes: RecordChanges, field: string])[] = [
    ['another entity', { entity_id: '00'.repeat(32) }, 'entity_id'],
    ['another predecessor', { previous: '00'.repeat(32) }, 'previous'],
    ['another outpoint', { lineage: { txid: '11'.repeat(32), vout: 7 } }, 'lineage'],
    [
      'another chain',
      { chain: { ...hosted.birth_record.chain, genesis: hosted.birth_record.chain.genesis.replace('0f', '1f') } },
      'chain/genesis',
    ],
  ];
  for (const [what, changes, member] of disagreements) {
    it(`is refused where its record is of ${what} (MDT-REC-106)`, async () => {
      // On another chain than regtest a canary has to live longer.
      const policy = { ...hosted.birth_record.policy, canary_max_age_seconds: 100_000 };
      const changed = { ...changes, ...(member === 'chain/genesis' && { policy, issuer: 'https://a.example' }) };
      await refuses(
        () => verifyHostedRecord(octets(grown(changed).hosted())),
        'MDT_SUCCESSOR',
        `/birth_record/${member}`,
      );
    });
  }

  it('is refused where its role is another than that of the first record (MDT-REC-106)', async () => {
    const idpKeys = { ...hosted.birth_record.keys, log: '22'.repeat(32), directory: '33'.repeat(32) };
    const lineage = new GrownLineage('succession');
    const keys = { ...idpKeys, anchor: bytesToHex(lineage.key(1)), next_anchor_hash: '44'.repeat(32) };
    const at = (path: string): string => `http://127.0.0.1:22928/${path}`;
    const more = { activity_log: at('milagro/v1/log'), metadata: at('.well-known/openid-configuration') };
    const services = { ...hosted.birth_record.services, ...more };
    lineage.succeed({ role: 'idp', keys, services });
    await refuses(() => verifyHostedRecord(octets(lineage.hosted())), 'MDT_SUCCESSOR', '/birth_record/role');
  });

  it('is refused where the list does not begin with the first record (MDT-REC-106)', async () => {
    const whole = thrice.hosted();
    const [, ...rest] = whole.predecessors ?? [];
    const [second, ...others] = rest;
    const { previous_signature: _, ...unsigned } = second ?? assert.fail();
    const cut = { ...whole, predecessors: [unsigned, ...others] };
    await assert.rejects(async () => verifyHostedRecord(octets(cut)), { name: 'MdtError' });
  });

  it('is refused where its key was not promised (MDT-REC-107)', async () => {
    const lineage = new GrownLineage('succession');
    const keys = { ...hosted.birth_record.keys, anchor: bytesToHex(lineage.key(1)), next_anchor_hash: '44'.repeat(32) };
    lineage.succeed({ keys });
    lineage.succeed();
    await refuses(() => verifyHostedRecord(octets(lineage.hosted())), 'MDT_NEXT_ANCHOR', '/birth_record/keys/anchor');
  });

  const { previous_signature: previousSignature, ...unsigned } = hosted;
  const digest = documentDigest(hosted.birth_record);
  const signatures: readonly (readonly [what: string, change: Partial<HostedRecord>])[] = [
    ['that does not verify', { previous_signature: flipped(previousSignature ?? '', -1) }],
    ['by the new key', { previous_signature: hosted.signature }],
    ['under another tag', { previous_signature: bytesToHex(signDigest('milagro-retire', digest, once.secret(0))) }],
  ];
  it('is refused without a signature by the key before (MDT-REC-108)', async () => {
    await refuses(() => verifyHostedRecord(octets(unsigned)), 'MDT_PREVIOUS_SIGNATURE', '/previous_signature');
  });
  for (const [what, change] of signatures) {
    it(`is refused with a signature before ${what} (MDT-REC-108)`, async () => {
      const changed = { ...hosted, ...change };
      await refuses(() => verifyHostedRecord(octets(changed)), 'MDT_PREVIOUS_SIGNATURE', '/previous_signature');
    });
  }

  it('is refused where a predecessor is not signed by its own key', async () => {
    const predecessors = [{ ...predecessor, signature: flipped(predecessor.signature, -1) }];
    await refuses(
      () => verifyHostedRecord(octets({ ...hosted, predecessors })),
      'MDT_SIGNATURE',
      '/predecessors/0/signature',
    );
  });

  it('is refused without predecessors, and a first record with them or with a second signature (MDT-REC-109)', async () => {
    const { predecessors: _, ...alone } = hosted;
    const first = new GrownLineage('succession').hosted();
    const more: readonly (readonly [hosted: object, code: ErrorCode, field: string])[] = [
      [alone, 'MDT_SCHEMA', '/predecessors'],
      [{ ...hosted, predecessors: [] }, 'MDT_SCHEMA', '/predecessors'],
      [{ ...first, predecessors: [] }, 'MDT_SCHEMA', '/predecessors'],
      [{ ...first, predecessors: [predecessor] }, 'MDT_SCHEMA', '/predecessors'],
      [{ ...first, previous_signature: first.signature }, 'MDT_SCHEMA', '/previous_signature'],
      [
        { ...hosted, predecessors: [{ ...predecessor, previous_signature: predecessor.signature }] },
        'MDT_SCHEMA',
        '/predecessors/0/previous_signature',
      ],
    ];
    for (const [each, code, field] of more) await refuses(() => verifyHostedRecord(octets(each)), code, field);
  });

  it('is checked record by record: a predecessor that breaks a rule is refused at its place', async () => {
    const keys = { ...predecessor.birth_record.keys, status: predecessor.birth_record.keys.anchor };
    const predecessors = [{ ...predecessor, birth_record: { ...predecessor.birth_record, keys } }];
    await refuses(
      () => verifyHostedRecord(octets({ ...hosted, predecessors })),
      'MDT_SCHEMA',
      '/predecessors/0/birth_record/keys/status',
    );
  });
});
