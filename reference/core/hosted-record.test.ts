import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { HostedRecord } from '../gen/schemas.ts';
import { refuses } from './expect-error.ts';
import { anchoredRecord, flipped, resign } from './fixtures/anchored-record.ts';
import { MAX_ENVELOPE_OCTETS, verifyHostedRecord } from './hosted-record.ts';

const octets = (hosted: unknown): Uint8Array => Buffer.from(JSON.stringify(hosted));
const hosted = anchoredRecord();
const { chain } = hosted.birth_record;

describe('verifyHostedRecord', () => {
  it('takes a record that is signed, anchored and proven', () => {
    const verified = verifyHostedRecord(octets(hosted), chain);
    assert.deepEqual(
      { digest: verified.digest, tip: verified.tip, links: verified.links },
      { digest: hosted.sha256, tip: hosted.anchor.locator.txid, links: 1 },
    );
  });

  it('refuses a record that was changed (MDT-DOC-112)', async () => {
    const changed = { ...hosted, birth_record: { ...hosted.birth_record, name: 'Another' } };
    await refuses(() => verifyHostedRecord(octets(changed)), 'MDT_DIGEST', '/sha256');
  });

  it('refuses a changed record that its own key signed: the anchor holds another digest', async () => {
    const changed = resign({ ...hosted, birth_record: { ...hosted.birth_record, name: 'Another' } });
    await refuses(() => verifyHostedRecord(octets(changed)), 'MDT_DIGEST', '/lineage/transactions/0');
  });

  it('refuses another signature, and one that is not 64 octets', async () => {
    await refuses(
      () => verifyHostedRecord(octets({ ...hosted, signature: flipped(hosted.signature, -1) })),
      'MDT_SIGNATURE',
      '/signature',
    );
    await refuses(
      () => verifyHostedRecord(octets({ ...hosted, signature: hosted.signature.slice(2) })),
      'MDT_SCHEMA',
      '/signature',
    );
  });

  it('refuses the chain of somebody else (MDT-DOC-115)', async () => {
    const genesis = '00'.repeat(32);
    await refuses(() => verifyHostedRecord(octets(hosted), { ...chain, genesis }), 'MDT_WRONG_CHAIN', '/chain');
    const checkpoint = { height: 2016, hash: chain.genesis };
    await refuses(() => verifyHostedRecord(octets(hosted), { ...chain, checkpoint }), 'MDT_WRONG_CHAIN', '/chain');
  });

  it('refuses a locator of another place than the proof', async () => {
    const locator = { ...hosted.anchor.locator, tx_index: 0 };
    await refuses(
      () => verifyHostedRecord(octets({ ...hosted, anchor: { ...hosted.anchor, locator } })),
      'MDT_LOCATOR',
      '/anchor/locator',
    );
  });

  it('refuses an unknown member and a missing one, by name', async () => {
    await refuses(() => verifyHostedRecord(octets({ ...hosted, more: 1 })), 'MDT_UNKNOWN_MEMBER', '/more');
    const { lineage: _, ...without } = hosted;
    await refuses(() => verifyHostedRecord(octets(without)), 'MDT_SCHEMA', '/lineage');
  });

  it('refuses an envelope above its cap before parsing it', async () => {
    await refuses(() => verifyHostedRecord(new Uint8Array(MAX_ENVELOPE_OCTETS + 1)), 'MDT_DOCUMENT_TOO_LARGE', '');
  });

  it('notices every single change of a value anywhere in the envelope', function () {
    this.timeout(30_000); // some hundred verifications, of which some pair on BLS12-381
    const paths = leaves(hosted);
    assert.ok(paths.length > 60);
    for (const path of paths) {
      const changed = anchoredRecord();
      change(changed, path);
      // The height and the txref of a locator are the chain's to know: a proof by itself does not hold them.
      const mayPass = /locator,(height|txref)$/.test(path.join());
      if (!mayPass) assert.throws(() => verifyHostedRecord(octets(changed)), { name: 'MdtError' }, path.join('/'));
    }
  });
});

type Path = (string | number)[];

function leaves(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, member]) =>
    leaves(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/** Changes the value at a path: one digit of a hexadecimal string, one letter of another, a number by one. */
function change(hosted: HostedRecord, path: Path): void {
  const name = path.at(-1) ?? '';
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((object, step) => object[step] as Record<string, unknown>, hosted as never);
  const value = parent[name];
  parent[name] = typeof value === 'number' ? value + 1 : flipped(String(value), -1);
}
