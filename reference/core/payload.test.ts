import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { refuses } from './expect-error.ts';
import { decodePayload, encodePayload, MARKER, type Payload } from './payload.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/).filter((text) => !/^[0-9]+$/.test(text));
const hostHint = fc.oneof(
  fc.constant(''),
  label,
  fc.tuple(label, label).map((labels) => labels.join('.')),
  fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `${host}:${port}`),
);
const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({
    kind: fc.constant('BIRTH' as const),
    role: fc.constantFrom('dta' as const, 'idp' as const, 'relay' as const),
    digest: hash,
    hostHint,
  }),
  fc.record({
    kind: fc.constantFrom('STATUS' as const, 'ACTIVITY_ROOT' as const, 'SUCCESSOR' as const, 'RETIRE' as const),
    digest: hash,
    entityId: hash,
  }),
  fc.record({
    kind: fc.constant('PAT_SIGNATURE' as const),
    signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  }),
  fc.record({ kind: fc.constant('PAT_BATCH' as const), root: hash, leafCount: fc.nat({ max: 0xffff_ffff }) }),
);
const birth: Payload = { kind: 'BIRTH', role: 'dta', digest: new Uint8Array(32), hostHint: 'dta.example' };

describe('encodePayload', () => {
  it('is read back as it was written, in at most 80 octets, for every kind', () => {
    fc.assert(
      fc.property(payload, (written) => {
        const octets = encodePayload(written);
        assert.ok(octets.length <= 80);
        assert.deepEqual({ ...decodePayload(octets) }, { ...written });
      }),
    );
  });

  it('begins with ASCII "Milagro D-TA" and version 01 (MDT-ANC-003, -004)', () => {
    assert.equal(Buffer.from(encodePayload(birth)).toString('hex').slice(0, 28), '4d696c6167726f20442d54410101');
  });

  it('refuses a digest, an entity_id, a host hint or a count that does not fit', async () => {
    await refuses(() => encodePayload({ ...birth, digest: new Uint8Array(31) }), 'MDT_PAYLOAD_LENGTH', 'digest');
    await refuses(
      () => encodePayload({ kind: 'STATUS', digest: new Uint8Array(32), entityId: new Uint8Array(33) }),
      'MDT_PAYLOAD_LENGTH',
      'entity_id',
    );
    await refuses(() => encodePayload({ ...birth, hostHint: 'Upper' }), 'MDT_PAYLOAD_HOST_HINT', 'host_hint');
    await refuses(
      () => encodePayload({ kind: 'PAT_BATCH', root: new Uint8Array(32), leafCount: 2 ** 32 }),
      'MDT_PAYLOAD_LENGTH',
      'leaf_count',
    );
  });
});

describe('decodePayload', () => {
  const changed = (offset: number, octet: number): Uint8Array => {
    const octets = encodePayload(birth);
    octets[offset] = octet;
    return octets;
  };

  it('names what is wrong first from left to right', async () => {
    await refuses(() => decodePayload(changed(0, 0x00)), 'MDT_PAYLOAD_MARKER', 'marker');
    await refuses(() => decodePayload(MARKER.subarray(0, 11)), 'MDT_PAYLOAD_MARKER', 'marker');
    await refuses(() => decodePayload(changed(12, 0x02)), 'MDT_PAYLOAD_VERSION', 'version');
    await refuses(() => decodePayload(changed(13, 0x06)), 'MDT_PAYLOAD_KIND', 'kind');
    await refuses(() => decodePayload(encodePayload(birth).subarray(0, 13)), 'MDT_PAYLOAD_KIND', 'kind');
    await refuses(() => decodePayload(changed(14, 0x04)), 'MDT_PAYLOAD_ROLE', 'role');
    await refuses(() => decodePayload(changed(47, 0x2e)), 'MDT_PAYLOAD_HOST_HINT', 'host_hint');
    await refuses(() => decodePayload(encodePayload(birth).subarray(0, 40)), 'MDT_PAYLOAD_LENGTH', 'body');
  });

  it('ignores the kinds from 80 to ff and whatever follows them (MDT-ANC-106)', () => {
    assert.deepEqual(decodePayload(changed(13, 0x80)), { kind: 'EXPERIMENTAL', kindOctet: 0x80 });
    assert.deepEqual(decodePayload(changed(13, 0xff)), { kind: 'EXPERIMENTAL', kindOctet: 0xff });
  });

  it('refuses or reads any octets, and never dies of them', () => {
    const tail = fc.uint8Array({ maxLength: 70 }).map((octets) => Uint8Array.from([...MARKER, 1, ...octets]));
    fc.assert(
      fc.property(fc.oneof(tail, fc.uint8Array({ maxLength: 90 })), (octets) => {
        try {
          const read = decodePayload(octets);
          if (read.kind !== 'EXPERIMENTAL') assert.deepEqual(encodePayload(read), octets);
        } catch (error) {
          assert.equal((error as Error).name, 'MdtError');
        }
      }),
      { numRuns: 500 },
    );
  });
});
