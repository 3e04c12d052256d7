import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { refuses } from '../core/expect-error.ts';
import { GrownLineage } from '../core/fixtures/grown-lineage.ts';
import type { VerificationRequest } from '../core/verification/request.ts';
import { verifyEntity, type Verification } from '../core/verification/verify-entity.ts';
import type { VerificationBundle } from '../gen/schemas.ts';
import { makeBundle, parseBundle } from './bundle.ts';
import { ownChain } from './chain-choice.ts';
import { forgetful } from './state.ts';
import { verifyBundle } from './verify.ts';

const grown = new GrownLineage('bundle');
const octets = Buffer.from(`${JSON.stringify(grown.hosted(), null, 1)}\n`);
const request: VerificationRequest = {
  url: grown.hosted().birth_record.services.birth_record,
  pins: [grown.entityId],
  confirmations: 3,
  now: grown.now,
  bundled: false,
  ...ownChain('regtest'),
};

async function live(): Promise<Verification> {
  const source = {
    name: 'node',
    update: async (chain: Verification['chain']) => void chain.add(grown.headers, grown.now),
  };
  return verifyEntity(request, { fetch: async () => octets, sources: [source], memory: forgetful() });
}

async function saved(): Promise<VerificationBundle> {
  return parseBundle(Buffer.from(JSON.stringify(makeBundle(await live(), request))));
}

const again = async (bundle: VerificationBundle, own: Partial<VerificationRequest> = {}): Promise<Verification> =>
  verifyBundle(bundle, { ...request, bundled: true, ...own }, [], forgetful());

describe('a bundle', () => {
  it('holds the record octet for octet and every header from the checkpoint on', async () => {
    const bundle = await saved();
    assert.deepEqual(Buffer.from(bundle.hosted), octets);
    assert.deepEqual([bundle.headers.from, bundle.headers.hex.length], [1, 160 * grown.height]);
    const { verdict } = await again(bundle);
    assert.deepEqual([verdict.verdict, verdict.headers.sources], ['VERIFIED', ['bundle']]);
  });

  it('is verified from the checkpoint of its reader, whatever its own is', async () => {
    const bundle = await saved();
    bundle.chain.checkpoint = { height: 2016, hash: '00'.repeat(32) };
    assert.equal((await again(bundle)).verdict.verdict, 'VERIFIED');
    const headers = { ...bundle.headers, hex: bundle.headers.hex.slice(160) };
    const gap = (await again({ ...bundle, headers })).verdict;
    assert.deepEqual([gap.verdict, gap.code], ['UNKNOWN', 'MDT_SOURCE']);
  });

  it('is refused where it is cut in the middle of a header, and cannot be made of nothing', async () => {
    const bundle = await saved();
    bundle.headers.hex += '00';
    assert.equal((await again(bundle)).verdict.code, 'MDT_SOURCE');
    const { verdict, chain } = await live();
    await refuses(() => makeBundle({ verdict, chain, octets: undefined }, request), 'MDT_SOURCE');
    await refuses(() => makeBundle({ verdict, chain, octets: Uint8Array.of(0xff) }, request), 'MDT_NOT_UTF8');
  });
});
